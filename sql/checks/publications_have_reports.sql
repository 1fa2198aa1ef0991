-- Every publication has a row in reports, even if its file is missing; if not, run build_dataset for its year.
--
-- Severity: blocking
SELECT publications.report_id, publications.title
FROM publications
ANTI JOIN reports ON reports.report_id = publications.report_id;
