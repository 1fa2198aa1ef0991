-- What did inspectors write about a subject, and what do the figures say? One row for every report, theme and indicator.
--
-- Covers the themes that are paired with an indicator (theme_indicators) and the reports that mention them. The figure is
-- that of the year in which the inspection began (see indicators.year_end), or of the latest year before if that is not
-- yet published. The figures do not explain the findings, nor the reverse: inspectors sample cases and speak to staff,
-- figures count the whole year. Only reports that count are used (reports.counts), in their last version.
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- family: Report family
-- inspection_start: First day of the inspection, else the date of publication
-- theme: Theme
-- findings_with: Number of findings that mention the theme
-- recommendations_with: Number of recommendations that mention it
-- sentences: What inspectors wrote: the first sentence of each that mentions the theme
-- indicator: Code of the indicator that is paired with the theme
-- indicator_name: Name of the indicator
-- unit: Unit of the figures
-- direction: Which value is usually regarded as better
-- year: Year of the figure; null if none is published for the time of the inspection
-- value: Figure of the authority; null if there is none
-- status: Where the figure comes from, or why there is none
-- change_in_three_years: Figure minus that of three years before
-- neighbours_median: Median of the figures of the statistical neighbours
-- england: Figure of England
-- rank: Rank among the authorities, 1 is best
-- ranked: Number of authorities with a figure
WITH mentions AS (
    SELECT
        theme_matches.report_id,
        theme_matches.theme,
        count(*) FILTER (WHERE theme_matches.source_table = 'findings') AS findings_with,
        count(*) FILTER (WHERE theme_matches.source_table = 'recommendations') AS recommendations_with,
        list(theme_matches.sentence ORDER BY theme_matches.source_table, theme_matches.ordinal) AS sentences
    FROM theme_matches
    WHERE theme_matches.theme IN (SELECT theme FROM theme_indicators)
    GROUP BY theme_matches.report_id, theme_matches.theme
),

dated AS (
    SELECT
        reports.report_id,
        reports.urn,
        reports.family,
        coalesce(reports.inspection_start, reports.published) AS inspection_start,
        mentions.theme,
        mentions.findings_with,
        mentions.recommendations_with,
        mentions.sentences,
        indicators.indicator,
        indicators.name AS indicator_name,
        indicators.unit,
        indicators.direction,
        indicators.last_year,
        year(coalesce(reports.inspection_start, reports.published))
        + CASE
            WHEN strftime(coalesce(reports.inspection_start, reports.published), '%m-%d') > indicators.year_end THEN 1
            ELSE 0
        END AS inspection_year
    FROM mentions
    JOIN reports ON reports.report_id = mentions.report_id AND reports.counts
    ANTI JOIN superseded_reports ON superseded_reports.report_id = mentions.report_id
    JOIN theme_indicators ON theme_indicators.theme = mentions.theme
    JOIN indicators ON indicators.indicator = theme_indicators.indicator
)

SELECT
    dated.report_id,
    dated.urn,
    authorities.name AS local_authority,
    dated.family,
    dated.inspection_start,
    dated.theme,
    dated.findings_with,
    dated.recommendations_with,
    dated.sentences,
    dated.indicator,
    dated.indicator_name,
    dated.unit,
    dated.direction,
    figures.year,
    figures.value,
    figures.status,
    figures.change_in_three_years,
    figures.neighbours_median,
    figures.england,
    figures.rank,
    figures.ranked
FROM dated
JOIN authorities ON authorities.urn = dated.urn
LEFT JOIN indicator_comparison AS figures
    ON figures.urn = dated.urn
    AND figures.indicator = dated.indicator
    AND figures.year
    = CASE WHEN dated.inspection_year <= dated.last_year + 1 THEN least(dated.inspection_year, dated.last_year) END
ORDER BY authorities.name, dated.inspection_start, dated.report_id, dated.theme, dated.indicator;
