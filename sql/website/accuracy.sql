-- How many cells of Ofsted's own statistics agree with the judgements here, by kind of inspection.
SELECT
    coalesce(official_framework, 'Not in the statistics') AS framework,
    count(*) AS cells,
    count(*) FILTER (WHERE outcome = 'same') AS same,
    count(*) FILTER (WHERE outcome = 'explained') AS explained,
    count(*) FILTER (WHERE outcome = 'unexplained') AS unexplained
FROM official_comparison
GROUP BY framework
ORDER BY framework;
