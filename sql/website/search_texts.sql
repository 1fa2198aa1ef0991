-- All searchable texts by their number in the index, with what the search page shows of each and the words of each.
--
-- The words are split when the rows are in order: lists cannot leave the memory while DuckDB sorts.
WITH ordered AS (
    SELECT
        texts.document,
        texts.report_id,
        authorities.name AS authority,
        reports.family,
        reports.published,
        CASE WHEN placeholder_report_ids.report_id IS NULL THEN reports.source_url END AS source_url,
        texts.source_table,
        texts.kind,
        texts.part,
        texts.paragraph,
        texts.ordinal,
        texts.page,
        texts.area,
        judgements.grade,
        texts.text
    FROM searchable_texts() AS texts
    JOIN reports ON reports.report_id = texts.report_id
    JOIN authorities ON authorities.urn = reports.urn
    LEFT JOIN placeholder_report_ids ON placeholder_report_ids.report_id = texts.report_id
    LEFT JOIN judgements ON judgements.report_id = texts.report_id AND judgements.area = texts.area
    ORDER BY texts.document
)
SELECT
    *,
    search_tokens(text) AS tokens
FROM ordered;
