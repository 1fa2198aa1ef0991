-- Index of searchable texts: one row for every finding and recommendation, with its document number.
--
-- Texts of reports that do not count (reports.counts) are not searchable. Each text is found once: a numbered
-- recommendation, which is in both tables, as a recommendation only, and a republished report in its last version.
--
-- Documents are numbered from the oldest publication to the newest, and backwards within a report: descending numbers
-- show the newest report first, each report from its beginning, and a new report gets the highest numbers.
--
-- Used by finding_search and recommendation_search together with search_postings. Created when the database is built.
--
-- Columns:
-- document: Document number, from 1
-- source_table: Table of the text: findings or recommendations
-- report_id: Report number
-- ordinal: Position among the report's rows of that table, from 1
SELECT
    CAST(row_number() OVER (
        ORDER BY reports.published NULLS FIRST, texts.report_id DESC, texts.source_table DESC, texts.ordinal DESC
    ) AS INTEGER) AS document,
    texts.source_table,
    texts.report_id,
    texts.ordinal
FROM (
    SELECT 'findings' AS source_table, report_id, ordinal FROM findings WHERE kind <> 'recommendation'
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal FROM recommendations
) AS texts
JOIN reports ON reports.report_id = texts.report_id AND reports.counts
ANTI JOIN superseded_reports ON superseded_reports.report_id = texts.report_id
ORDER BY document;
