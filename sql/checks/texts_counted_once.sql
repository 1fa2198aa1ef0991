-- Search and themes count each text once: a numbered recommendation, which is also in findings, only as recommendation.
--
-- Severity: blocking
SELECT counted.counted_in, findings.report_id, findings.ordinal, findings.paragraph
FROM (
    SELECT 'search_documents' AS counted_in, report_id, ordinal
    FROM search_documents
    WHERE source_table = 'findings'
    UNION ALL
    SELECT 'theme_matches' AS counted_in, report_id, ordinal
    FROM theme_matches
    WHERE source_table = 'findings'
) AS counted
JOIN findings ON findings.report_id = counted.report_id AND findings.ordinal = counted.ordinal
WHERE findings.kind = 'recommendation';
