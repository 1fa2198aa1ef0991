-- Index of searchable texts: one row for every finding and recommendation, with its document number.
--
-- Texts of reports that do not count (reports.counts) are not searchable. A numbered recommendation is in both tables;
-- it is searchable as a recommendation only, so that each text is found once.
--
-- Used by finding_search and recommendation_search together with search_postings. Created when the database is built.
--
-- Columns:
-- document: Document number, from 1
-- source_table: Table of the text: findings or recommendations
-- report_id: Report number
-- ordinal: Position among the report's rows of that table, from 1
-- words: Number of words in the text, separated by spaces
SELECT
    CAST(row_number() OVER (ORDER BY texts.source_table, texts.report_id, texts.ordinal) AS INTEGER) AS document,
    texts.source_table,
    texts.report_id,
    texts.ordinal,
    CAST(len(string_split(texts.text, ' ')) AS INTEGER) AS words
FROM (
    SELECT 'findings' AS source_table, report_id, ordinal, text FROM findings WHERE kind <> 'recommendation'
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, text FROM recommendations
) AS texts
JOIN reports ON reports.report_id = texts.report_id AND reports.counts
ORDER BY document;
