-- Every theme that is paired with an indicator is in the lexicon.
--
-- Severity: blocking
SELECT theme, indicator
FROM theme_indicators
WHERE (SELECT count(*) FROM themes) > 0 AND theme NOT IN (SELECT theme FROM themes);
