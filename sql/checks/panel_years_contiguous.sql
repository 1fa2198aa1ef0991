-- Every authority has exactly one row in authority_year_panel for each year from its first to its last.
--
-- Severity: blocking
SELECT urn, local_authority, count(*) AS row_count, min(year) AS first_year, max(year) AS last_year
FROM authority_year_panel
GROUP BY urn, local_authority
HAVING count(*) <> count(DISTINCT year) OR count(*) <> max(year) - min(year) + 1;
