-- No inspection ends before it begins, or is published before it ends.
--
-- Reports for which extraction_issues says so already are left out.
--
-- Severity: blocking
SELECT reports.report_id, reports.inspection_start, reports.inspection_end, reports.published
FROM reports
ANTI JOIN extraction_issues ON extraction_issues.report_id = reports.report_id
WHERE reports.inspection_end < reports.inspection_start OR reports.published < reports.inspection_end;
