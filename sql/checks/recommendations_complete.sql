-- A recommendation that ends with a colon has lost its list; its report has an issue that says so.
--
-- Severity: blocking
SELECT recommendations.report_id, recommendations.page, recommendations.text
FROM recommendations
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = recommendations.report_id
    AND extraction_issues.code = 'recommendation_incomplete'
    AND extraction_issues.page = recommendations.page
WHERE recommendations.text LIKE '%:';
