-- Every finding and recommendation of a report that counts is in the search index exactly once, and no other text.
-- A numbered recommendation, which is in both tables, is in the index as a recommendation only, and a republished report
-- in its last version.
--
-- Severity: blocking
SELECT
    coalesce(texts.source_table, documents.source_table) AS source_table,
    coalesce(texts.report_id, documents.report_id) AS report_id,
    coalesce(texts.ordinal, documents.ordinal) AS ordinal,
    count(documents.document) AS documents
FROM (
    SELECT 'findings' AS source_table, findings.report_id, findings.ordinal
    FROM findings
    JOIN reports ON reports.report_id = findings.report_id AND reports.counts
    ANTI JOIN superseded_reports ON superseded_reports.report_id = findings.report_id
    WHERE findings.kind <> 'recommendation'
    UNION ALL
    SELECT 'recommendations' AS source_table, recommendations.report_id, recommendations.ordinal
    FROM recommendations
    JOIN reports ON reports.report_id = recommendations.report_id AND reports.counts
    ANTI JOIN superseded_reports ON superseded_reports.report_id = recommendations.report_id
) AS texts
FULL JOIN search_documents AS documents
    ON documents.source_table = texts.source_table
    AND documents.report_id = texts.report_id
    AND documents.ordinal = texts.ordinal
GROUP BY ALL
HAVING count(documents.document) <> 1 OR count(texts.report_id) <> 1;
