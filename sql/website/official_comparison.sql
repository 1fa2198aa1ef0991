-- Agreement of the extracted grades with Ofsted's own statistics, one row per framework of the statistics.
SELECT
    coalesce(official_framework, 'Not in the statistics') AS framework,
    count(*) AS cells,
    count(*) FILTER (WHERE outcome = 'same') AS same,
    count(*) FILTER (WHERE outcome = 'explained') AS explained,
    count(*) FILTER (WHERE outcome = 'unexplained') AS unexplained
FROM official_comparison
GROUP BY framework
ORDER BY framework;
