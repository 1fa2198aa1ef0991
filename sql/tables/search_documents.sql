-- The texts that can be searched, numbered: one row for every finding and every recommendation.
--
-- Half of the index that finding_search and recommendation_search read; made when the database is built.
--
-- Columns:
-- document: Number of the text, from 1
-- source_table: findings or recommendations: the table it is a row of
-- report_id: The report
-- ordinal: Its place there among the report's rows
-- words: How many words it has, as blanks part them
SELECT
    CAST(row_number() OVER (ORDER BY texts.source_table, texts.report_id, texts.ordinal) AS INTEGER) AS document,
    texts.source_table,
    texts.report_id,
    texts.ordinal,
    CAST(len(string_split(texts.text, ' ')) AS INTEGER) AS words
FROM (
    SELECT 'findings' AS source_table, report_id, ordinal, text FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, text FROM recommendations
) AS texts
ORDER BY document;
