-- Which grades do reorganised authorities have?
--
-- An authority does not inherit grades from its predecessors: they are empty until its own first full inspection.
SELECT local_authority, predecessors, inspection_start_date, overall_effectiveness_grade, note
FROM latest_judgements
WHERE predecessors IS NOT NULL
ORDER BY local_authority;
