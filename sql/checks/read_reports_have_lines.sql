-- A report that was read has lines.
--
-- Severity: blocking
SELECT reports.report_id, reports.status
FROM reports
ANTI JOIN report_lines ON report_lines.report_id = reports.report_id
WHERE reports.status IN ('complete', 'partial');
