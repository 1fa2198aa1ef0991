-- The texts that each filter of the search page selects, one row for each value of each attribute.
WITH texts AS (
    SELECT
        texts.document,
        texts.source_table,
        texts.report_id,
        texts.ordinal,
        texts.kind,
        texts.area,
        CAST(reports.urn AS VARCHAR) AS authority,
        CAST(year(reports.published) AS VARCHAR) AS "year",
        reports.family,
        authorities.region_name AS region,
        judgements.grade
    FROM searchable_texts() AS texts
    JOIN reports ON reports.report_id = texts.report_id
    JOIN authorities ON authorities.urn = reports.urn
    LEFT JOIN judgements ON judgements.report_id = texts.report_id AND judgements.area = texts.area
)

SELECT attribute, value, list(document ORDER BY document) AS documents
FROM (
    -- UNPIVOT leaves out nulls.
    SELECT attribute, value, document
    FROM texts UNPIVOT (value FOR attribute IN (authority, "year", family, region, source_table, kind, area, grade))
    UNION ALL
    SELECT 'theme', theme_matches.theme, texts.document
    FROM theme_matches
    JOIN texts
        ON texts.source_table = theme_matches.source_table
        AND texts.report_id = theme_matches.report_id
        AND texts.ordinal = theme_matches.ordinal
)
GROUP BY attribute, value
ORDER BY attribute, value;
