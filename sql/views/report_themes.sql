-- How much does each report speak of each theme? One row for every report that has findings, and theme.
--
-- For counts of one's own; themes_by_grade, themes_by_year and themes_by_region are sums of these rows. A finding
-- speaks of a theme if the lexicon's words stand in it (themes, theme_matches); whether it praises or blames is not
-- said. A report that was published again is here once, as published last.
--
-- Columns:
-- report_id: The report
-- urn: The authority, by Ofsted's unique reference number
-- region_name: Region of England
-- family: Kind of report
-- publication_year: Year of publication
-- overall_effectiveness_grade: The overall grade it gives, if any
-- overall_effectiveness_rank: Its rank, 1 the best
-- theme: The theme
-- findings_with: Findings that speak of it
-- findings_in_all: All its findings
WITH sizes AS (
    SELECT report_id, count(*) AS findings_in_all
    FROM findings
    ANTI JOIN superseded_reports ON superseded_reports.report_id = findings.report_id
    GROUP BY report_id
),

found AS (
    SELECT report_id, theme, count(*) AS findings_with
    FROM theme_matches
    WHERE source_table = 'findings'
    GROUP BY report_id, theme
)

SELECT
    reports.report_id,
    reports.urn,
    authorities.region_name,
    reports.family,
    reports.publication_year,
    overall.grade AS overall_effectiveness_grade,
    overall.grade_rank AS overall_effectiveness_rank,
    names.theme,
    coalesce(found.findings_with, 0) AS findings_with,
    sizes.findings_in_all
FROM sizes
JOIN reports ON reports.report_id = sizes.report_id
JOIN authorities ON authorities.urn = reports.urn
CROSS JOIN (SELECT DISTINCT theme FROM themes) AS names
LEFT JOIN found ON found.report_id = sizes.report_id AND found.theme = names.theme
LEFT JOIN judgements AS overall
    ON overall.report_id = sizes.report_id
    AND overall.area = 'overall_effectiveness'
    AND overall.status = 'graded'
ORDER BY reports.report_id, names.theme;
