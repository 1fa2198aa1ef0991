-- Which inspections and visits on Ofsted's record are in this dataset, and which are not?
--
-- The sample has reports on a few authorities only. Ofsted's record has visits of two years, and ends on 31 March 2025.
SELECT kind, outcome, reason, count(*) AS events, min(year) AS first_year, max(year) AS last_year
FROM official_coverage
GROUP BY kind, outcome, reason
ORDER BY kind, outcome, reason;
