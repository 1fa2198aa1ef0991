-- How accurate are the themes? One row for every theme with its number of matches and its manually checked precision.
--
-- Two hundred matches in a dataset of 590 reports, about four per theme, were sampled at random and checked by a
-- person (theme_samples). Four are too few to estimate the precision of one theme, but show whether its patterns are
-- badly wrong; the row '(all)' estimates the precision of the lexicon. Recall was not measured: passages that mention
-- a theme in other words are not counted.
--
-- Columns:
-- theme: Theme, or (all) for all themes together
-- patterns: Number of patterns in the lexicon
-- matches: Number of findings and recommendations that match, in reports that count
-- read_by_hand: Number of manually checked matches
-- right_tags: Number of checked matches whose sentence mentions the theme
-- precision_found: right_tags divided by read_by_hand, 0 to 1
WITH theme_counts AS (
    SELECT
        theme_names.theme,
        (SELECT count(*) FROM themes WHERE themes.theme = theme_names.theme) AS patterns,
        (
            SELECT count(*)
            FROM theme_matches
            JOIN reports ON reports.report_id = theme_matches.report_id AND reports.counts
            WHERE theme_matches.theme = theme_names.theme
        ) AS matches,
        (SELECT count(*) FROM theme_samples WHERE theme_samples.theme = theme_names.theme) AS read_by_hand,
        (
            SELECT count(*) FROM theme_samples
            WHERE theme_samples.theme = theme_names.theme AND theme_samples.verdict = 'right'
        ) AS right_tags
    FROM (SELECT DISTINCT theme FROM themes) AS theme_names
)

SELECT
    coalesce(theme, '(all)') AS theme,
    CAST(sum(patterns) AS BIGINT) AS patterns,
    CAST(sum(matches) AS BIGINT) AS matches,
    CAST(sum(read_by_hand) AS BIGINT) AS read_by_hand,
    CAST(sum(right_tags) AS BIGINT) AS right_tags,
    round(sum(right_tags) / nullif(sum(read_by_hand), 0), 3) AS precision_found
FROM theme_counts
GROUP BY ROLLUP (theme)
ORDER BY theme_counts.theme NULLS LAST;
