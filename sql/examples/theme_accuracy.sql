-- How accurate are the themes?
--
-- Two hundred matches, sampled at random from 590 reports, were checked manually. The result shows the themes with at
-- least one wrong match, and all themes together.
SELECT theme, matches, read_by_hand, right_tags, precision_found
FROM theme_evaluation
WHERE precision_found < 1 OR theme = '(all)'
ORDER BY precision_found, theme;
