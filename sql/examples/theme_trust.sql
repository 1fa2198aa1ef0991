-- How far can the themes be trusted?
--
-- Two hundred tags, drawn by lot from 590 reports, were read by hand. Shown are the themes with a wrong one, and all
-- together.
SELECT theme, matches, read_by_hand, right_tags, precision_found
FROM theme_evaluation
WHERE precision_found < 1 OR theme = '(all)'
ORDER BY precision_found, theme;
