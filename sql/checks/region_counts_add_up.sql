-- In region_summary, authorities add up to graded in each year, region and area, and regions add up to England.
--
-- Severity: blocking
SELECT year, region_name, area, sum(authorities) AS sum_of_authorities, max(graded) AS graded
FROM region_summary
GROUP BY year, region_name, area
HAVING sum(authorities) <> max(graded)
UNION ALL
SELECT year, 'England' AS region_name, area,
    sum(authorities) FILTER (WHERE region_name <> 'England') AS sum_of_authorities,
    sum(authorities) FILTER (WHERE region_name = 'England') AS graded
FROM region_summary
GROUP BY year, area
HAVING sum(authorities) FILTER (WHERE region_name <> 'England')
    IS DISTINCT FROM sum(authorities) FILTER (WHERE region_name = 'England');
