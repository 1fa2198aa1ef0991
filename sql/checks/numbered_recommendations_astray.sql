-- A numbered paragraph that recommends stands in findings and, with its number, in recommendations.
--
-- Severity: blocking
SELECT findings.report_id, findings.ordinal, findings.paragraph, findings.text
FROM findings
ANTI JOIN recommendations
    ON recommendations.report_id = findings.report_id AND recommendations.paragraph = findings.paragraph
WHERE findings.kind = 'recommendation' AND findings.paragraph IS NOT NULL;
