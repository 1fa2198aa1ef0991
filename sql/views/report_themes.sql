-- How often does each report mention each theme? One row for every report with findings and every theme.
--
-- The basis of themes_by_grade, themes_by_year and themes_by_region, and of other counts. A finding mentions a theme
-- if its text matches a pattern of the lexicon (themes, theme_matches), whether it is praise or criticism. A
-- republished report counts once, in its last version. A numbered recommendation, which is also in findings, counts as
-- a recommendation only: frameworks that number them and frameworks that do not are thus comparable. Only reports that count are used (reports.counts).
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- region_name: Region of England
-- family: Report family
-- publication_year: Year of publication
-- overall_effectiveness_grade: Overall effectiveness grade of the report, if any
-- overall_effectiveness_rank: Rank of that grade, 1 is best
-- theme: Theme
-- findings_with: Number of findings that mention the theme, without recommendations
-- findings_in_all: Number of findings in the report, without recommendations
WITH finding_counts AS (
    SELECT report_id, count(*) AS findings_in_all
    FROM findings
    ANTI JOIN superseded_reports ON superseded_reports.report_id = findings.report_id
    WHERE findings.kind <> 'recommendation'
    GROUP BY report_id
),

theme_counts AS (
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
    overall_judgements.grade AS overall_effectiveness_grade,
    overall_judgements.grade_rank AS overall_effectiveness_rank,
    theme_names.theme,
    coalesce(theme_counts.findings_with, 0) AS findings_with,
    finding_counts.findings_in_all
FROM finding_counts
JOIN reports ON reports.report_id = finding_counts.report_id AND reports.counts
JOIN authorities ON authorities.urn = reports.urn
CROSS JOIN (SELECT DISTINCT theme FROM themes) AS theme_names
LEFT JOIN theme_counts ON theme_counts.report_id = finding_counts.report_id AND theme_counts.theme = theme_names.theme
LEFT JOIN judgements AS overall_judgements
    ON overall_judgements.report_id = finding_counts.report_id
    AND overall_judgements.area = 'overall_effectiveness'
    AND overall_judgements.status = 'graded'
ORDER BY reports.report_id, theme_names.theme;
