-- A text that is twice on its page, as a finding or as a recommendation, is an issue of its report.
--
-- Severity: blocking
SELECT repeated.report_id, repeated.page, repeated.text
FROM (
    SELECT 'findings' AS table_name, report_id, page, text FROM findings
    UNION ALL
    SELECT 'recommendations' AS table_name, report_id, page, text FROM recommendations
) AS repeated
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = repeated.report_id
    AND extraction_issues.code = 'row_repeated'
    AND extraction_issues.page = repeated.page
WHERE length(repeated.text) >= 40
GROUP BY repeated.table_name, repeated.report_id, repeated.page, repeated.text
HAVING count(*) > 1;
