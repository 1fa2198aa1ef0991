-- In a report that numbers its paragraphs, a paragraph that starts with a number in its text, or has no text, is an
-- issue of its report.
--
-- Severity: blocking
SELECT findings.report_id, findings.page, findings.text
FROM findings
SEMI JOIN findings AS numbered ON numbered.report_id = findings.report_id AND numbered.paragraph IS NOT NULL
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = findings.report_id
    AND extraction_issues.code IN ('number_not_read', 'paragraph_empty')
    AND extraction_issues.page = findings.page
WHERE
    (findings.paragraph IS NULL AND regexp_matches(findings.text, '^\d{1,3}\. ?[A-Z‘“(]'))
    OR (findings.paragraph IS NOT NULL AND coalesce(findings.text, '') = '');
