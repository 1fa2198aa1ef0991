-- The texts that each filter of the search page selects, one row for each value of each attribute.
WITH texts AS (
    SELECT
        texts.document,
        texts.source_table,
        texts.report_id,
        texts.ordinal,
        texts.kind,
        texts.area,
        reports.urn,
        reports.family,
        reports.published,
        authorities.region_name,
        judgements.grade
    FROM searchable_texts() AS texts
    JOIN reports ON reports.report_id = texts.report_id
    JOIN authorities ON authorities.urn = reports.urn
    LEFT JOIN judgements ON judgements.report_id = texts.report_id AND judgements.area = texts.area
)

SELECT attribute, value, list(document ORDER BY document) AS documents
FROM (
    SELECT 'authority' AS attribute, CAST(urn AS VARCHAR) AS value, document FROM texts
    UNION ALL
    SELECT 'year', CAST(year(published) AS VARCHAR), document FROM texts
    UNION ALL
    SELECT 'family', family, document FROM texts
    UNION ALL
    SELECT 'region', region_name, document FROM texts
    UNION ALL
    SELECT 'source_table', source_table, document FROM texts
    UNION ALL
    SELECT 'kind', kind, document FROM texts
    UNION ALL
    SELECT 'area', area, document FROM texts
    UNION ALL
    SELECT 'grade', grade, document FROM texts
    UNION ALL
    SELECT 'theme', theme_matches.theme, texts.document
    FROM theme_matches
    JOIN texts
        ON texts.source_table = theme_matches.source_table
        AND texts.report_id = theme_matches.report_id
        AND texts.ordinal = theme_matches.ordinal
)
WHERE value IS NOT NULL
GROUP BY attribute, value
ORDER BY attribute, value;
