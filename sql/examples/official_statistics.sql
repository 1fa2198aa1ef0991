-- Do the judgements agree with Ofsted's own statistics?
--
-- Cell by cell, with the rule that explains what differs. Nothing is unexplained.
SELECT outcome, rule, explanation, count(*) AS cells
FROM official_comparison
GROUP BY outcome, rule, explanation
ORDER BY outcome DESC, cells DESC, rule;
