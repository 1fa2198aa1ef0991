-- An issue is acknowledged if, and only if, acknowledged_issues has a row for it.
--
-- Severity: blocking
SELECT
    coalesce(issues.report_id, acknowledged.report_id) AS report_id,
    coalesce(issues.code, acknowledged.code) AS code,
    coalesce(issues.detail, acknowledged.detail) AS detail,
    issues.severity
FROM extraction_issues AS issues
FULL JOIN acknowledged_issues AS acknowledged
    ON acknowledged.report_id = issues.report_id
    AND acknowledged.code = issues.code
    AND acknowledged.detail = issues.detail
WHERE (issues.severity IS NOT DISTINCT FROM 'acknowledged') <> (acknowledged.report_id IS NOT NULL);
