-- How has one authority been judged over the years?
--
-- Every judgement of every inspection, with the grade before it and the page on which it stands.
SELECT inspection_start, framework, area, previous_grade, grade, change, page
FROM judgement_history
WHERE local_authority = 'Herefordshire, County of'
ORDER BY inspection_start, area;
