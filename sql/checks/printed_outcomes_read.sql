-- A recommendation that names a numbered outcome of which no number was read is an issue of its report.
--
-- Severity: blocking
SELECT recommendations.report_id, recommendations.page, recommendations.text
FROM recommendations
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = recommendations.report_id
    AND extraction_issues.code = 'outcomes_unread'
    AND extraction_issues.page = recommendations.page
WHERE
    len(recommendations.outcomes) = 0
    AND regexp_matches(recommendations.text, '(?i)\boutcomes?\W{0,3}(\d|one|two|three|four)\b');
