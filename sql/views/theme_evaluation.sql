-- How far can a theme be trusted? One row for every theme: how often it was found, and how it fared when read by hand.
--
-- Two hundred tags of a dataset of 590 reports were drawn by lot, about four of each theme, and read by a person
-- (theme_samples). Four are few: a theme's own figure says whether it is broken, that of all themes together how good
-- the lexicon is. What was not found, though a report speaks of it in other words, is counted nowhere.
--
-- Columns:
-- theme: The theme; (all) for all together
-- patterns: Patterns that the lexicon has for it
-- matches: Findings and recommendations in this dataset that have it
-- read_by_hand: Tags that were read
-- right_tags: Of these, the tags whose sentence speaks of the theme
-- precision_found: right_tags divided by read_by_hand, 0 to 1
WITH counted AS (
    SELECT
        names.theme,
        (SELECT count(*) FROM themes WHERE themes.theme = names.theme) AS patterns,
        (SELECT count(*) FROM theme_matches WHERE theme_matches.theme = names.theme) AS matches,
        (SELECT count(*) FROM theme_samples WHERE theme_samples.theme = names.theme) AS read_by_hand,
        (
            SELECT count(*) FROM theme_samples
            WHERE theme_samples.theme = names.theme AND theme_samples.verdict = 'right'
        ) AS right_tags
    FROM (SELECT DISTINCT theme FROM themes) AS names
)

SELECT
    coalesce(theme, '(all)') AS theme,
    CAST(sum(patterns) AS BIGINT) AS patterns,
    CAST(sum(matches) AS BIGINT) AS matches,
    CAST(sum(read_by_hand) AS BIGINT) AS read_by_hand,
    CAST(sum(right_tags) AS BIGINT) AS right_tags,
    round(sum(right_tags) / nullif(sum(read_by_hand), 0), 3) AS precision_found
FROM counted
GROUP BY ROLLUP (theme)
ORDER BY counted.theme NULLS LAST;
