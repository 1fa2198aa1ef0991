-- How has one authority been judged over the years?
--
-- Every judgement of every inspection, with the previous grade and the page of the report.
SELECT inspection_start, framework, area, previous_grade, grade, change, page
FROM judgement_history
WHERE local_authority = 'Herefordshire, County of'
ORDER BY inspection_start, area;
