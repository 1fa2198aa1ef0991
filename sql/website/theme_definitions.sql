-- The themes of the lexicon, with the notes on their patterns and their precision in the manual evaluation.
SELECT
    themes.theme,
    list(DISTINCT themes.note ORDER BY themes.note) FILTER (WHERE themes.note IS NOT NULL) AS notes,
    any_value(evaluation.read_by_hand) AS read_by_hand,
    any_value(evaluation.right_tags) AS right_tags
FROM themes
LEFT JOIN theme_evaluation AS evaluation ON evaluation.theme = themes.theme
GROUP BY themes.theme
ORDER BY themes.theme;
