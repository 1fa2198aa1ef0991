-- Every authority has one row for every year in the panel, from its first to its last.
--
-- Severity: blocking
SELECT urn, local_authority, count(*) AS rows_there, min(year) AS first_year, max(year) AS last_year
FROM authority_year_panel
GROUP BY urn, local_authority
HAVING count(*) <> count(DISTINCT year) OR count(*) <> max(year) - min(year) + 1;
