-- In every year, region and area the authorities at each grade add up to all that have one; the regions to England.
--
-- Severity: blocking
SELECT year, region_name, area, sum(authorities) AS added, max(graded) AS graded
FROM region_summary
GROUP BY year, region_name, area
HAVING sum(authorities) <> max(graded)
UNION ALL
SELECT year, 'England' AS region_name, area,
    sum(authorities) FILTER (WHERE region_name <> 'England') AS added,
    sum(authorities) FILTER (WHERE region_name = 'England') AS graded
FROM region_summary
GROUP BY year, area
HAVING sum(authorities) FILTER (WHERE region_name <> 'England')
    IS DISTINCT FROM sum(authorities) FILTER (WHERE region_name = 'England');
