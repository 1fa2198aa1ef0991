-- The sentences that mention the theme of the variable 'theme', one per text, newest report first.
--
-- One query per theme: sorted together, the sentences of all themes of a large dataset would exceed the memory limit.
-- The texts are those of text_counts. grade is the grade of the text's area in the report.
WITH texts AS (
    SELECT 'findings' AS source_table, report_id, ordinal, paragraph, part, page
    FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, paragraph, part, page
    FROM recommendations
)

SELECT
    matches.theme,
    matches.sentence,
    matches.source_table,
    matches.area,
    areas.label AS area_label,
    judgements.grade,
    reports.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    reports.family,
    reports.published,
    reports.publication_year,
    matches.report_id,
    matches.ordinal,
    texts.paragraph,
    texts.part,
    texts.page,
    reports.source_url
FROM theme_matches AS matches
JOIN reports ON reports.report_id = matches.report_id AND reports.counts
ANTI JOIN superseded_reports ON superseded_reports.report_id = matches.report_id
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN areas ON areas.area = matches.area
LEFT JOIN judgements ON judgements.report_id = matches.report_id AND judgements.area = matches.area
JOIN texts
    ON texts.source_table = matches.source_table
    AND texts.report_id = matches.report_id
    AND texts.ordinal = matches.ordinal
WHERE matches.theme = getvariable('theme')
ORDER BY reports.published DESC NULLS LAST, matches.report_id DESC, matches.source_table DESC, matches.ordinal;
