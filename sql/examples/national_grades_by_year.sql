-- How have grades in England changed over time?
--
-- Overall effectiveness grades in force on each 31 March. The last row is the current year. Inspections from April
-- 2026 have no overall grade, so graded falls.
SELECT year, graded,
    coalesce(max(authorities) FILTER (WHERE grade = 'outstanding'), 0) AS outstanding,
    coalesce(max(authorities) FILTER (WHERE grade = 'good'), 0) AS good,
    coalesce(max(authorities) FILTER (WHERE grade = 'requires_improvement'), 0) AS requires_improvement,
    coalesce(max(authorities) FILTER (WHERE grade = 'inadequate'), 0) AS inadequate
FROM region_summary
WHERE region_name = 'England' AND area = 'overall_effectiveness'
GROUP BY year, graded
ORDER BY year;
