-- Do the judgements agree with Ofsted's own statistics?
--
-- The number of compared grades by outcome and by the rule that explains a difference. None is unexplained.
SELECT outcome, rule, explanation, count(*) AS cells
FROM official_comparison
GROUP BY outcome, rule, explanation
ORDER BY outcome DESC, cells DESC, rule;
