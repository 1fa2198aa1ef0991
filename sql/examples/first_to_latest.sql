-- Who has come furthest since the first inspection?
--
-- Ranks gained, area by area, from the first judgement in this dataset to the last.
SELECT local_authority, area, first_grade, first_inspection_start, grade, inspection_start, steps_since_first
FROM judgement_changes
WHERE is_current AND steps_since_first > 0
ORDER BY steps_since_first DESC, local_authority, area
LIMIT 10;
