-- Which outcomes of the national framework do requests name?
--
-- Since late 2025 an item may end in '(outcome 1, national framework)'.
SELECT outcome, count(*) AS requests, count(DISTINCT report_id) AS reports
FROM (SELECT report_id, unnest(outcomes) AS outcome FROM recommendations)
GROUP BY outcome
ORDER BY outcome;
