-- Every finding that is a numbered recommendation is also in recommendations, with the same paragraph number.
--
-- Severity: blocking
SELECT findings.report_id, findings.ordinal, findings.paragraph, findings.text
FROM findings
ANTI JOIN recommendations
    ON recommendations.report_id = findings.report_id
    AND recommendations.part = findings.part
    AND recommendations.paragraph = findings.paragraph
WHERE findings.kind = 'recommendation' AND findings.paragraph IS NOT NULL;
