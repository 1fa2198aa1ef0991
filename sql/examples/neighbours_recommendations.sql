-- What were the statistical neighbours of Buckinghamshire last asked to improve in help and protection?
--
-- Areas that a report does not print are inferred from headings, national-framework outcomes or themes.
SELECT neighbour, inspection_start_date, inferred_from, themes, text
FROM neighbour_recommendations
WHERE local_authority = 'Buckinghamshire' AND area = 'help_and_protection'
ORDER BY rank, ordinal;
