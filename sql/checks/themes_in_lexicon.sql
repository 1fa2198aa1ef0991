-- Every theme of a match or sample is in the lexicon.
--
-- Severity: blocking
SELECT DISTINCT 'theme_matches' AS table_name, theme
FROM theme_matches
WHERE theme NOT IN (SELECT theme FROM themes)
UNION ALL
SELECT DISTINCT 'theme_samples' AS table_name, theme
FROM theme_samples
WHERE theme NOT IN (SELECT theme FROM themes);
