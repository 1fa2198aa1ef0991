-- A report is partial, unreadable or missing if, and only if, it has an issue of severity error.
--
-- The issue of an unreadable or missing report may be acknowledged instead.
--
-- Severity: blocking
SELECT reports.report_id, reports.status, count(issues.report_id) AS errors
FROM reports
LEFT JOIN extraction_issues AS issues
    ON issues.report_id = reports.report_id
    AND (
        issues.severity = 'error'
        OR (issues.severity = 'acknowledged' AND reports.status IN ('unreadable', 'missing'))
    )
WHERE reports.status <> 'not_extracted'
GROUP BY reports.report_id, reports.status
HAVING (reports.status = 'complete') <> (count(issues.report_id) = 0);
