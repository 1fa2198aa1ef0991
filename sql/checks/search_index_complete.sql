-- Every finding and recommendation is in the search index exactly once.
--
-- Severity: blocking
SELECT
    coalesce(texts.source_table, documents.source_table) AS source_table,
    coalesce(texts.report_id, documents.report_id) AS report_id,
    coalesce(texts.ordinal, documents.ordinal) AS ordinal,
    count(documents.document) AS documents
FROM (
    SELECT 'findings' AS source_table, report_id, ordinal FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal FROM recommendations
) AS texts
FULL JOIN search_documents AS documents
    ON documents.source_table = texts.source_table
    AND documents.report_id = texts.report_id
    AND documents.ordinal = texts.ordinal
GROUP BY ALL
HAVING count(documents.document) <> 1 OR count(texts.report_id) <> 1;
