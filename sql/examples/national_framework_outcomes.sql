-- Which outcomes of the national framework do recommendations refer to?
--
-- Since late 2025 a recommendation may end with a reference such as '(outcome 1, national framework)'.
SELECT outcome, count(*) AS recommendations, count(DISTINCT report_id) AS reports
FROM (SELECT report_id, unnest(outcomes) AS outcome FROM recommendations)
JOIN reports USING (report_id)
WHERE reports.counts
GROUP BY outcome
ORDER BY outcome;
