-- Every inspection starts on or before its last day and is published on or after it.
--
-- Reports with rows in extraction_issues are excluded: the issue is already known.
--
-- Severity: blocking
SELECT reports.report_id, reports.inspection_start, reports.inspection_end, reports.published
FROM reports
ANTI JOIN extraction_issues ON extraction_issues.report_id = reports.report_id
WHERE reports.inspection_end < reports.inspection_start OR reports.published < reports.inspection_end;
