-- Which authorities have improved most since their first inspection?
--
-- Ranks gained between the first and the last grade of an area in this dataset.
SELECT local_authority, area, first_grade, first_inspection_start, grade, inspection_start, steps_since_first
FROM judgement_changes
WHERE is_current AND steps_since_first > 0
ORDER BY steps_since_first DESC, local_authority, area
LIMIT 10;
