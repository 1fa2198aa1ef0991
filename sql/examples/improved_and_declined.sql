-- How many authorities improved or declined at their latest inspection?
--
-- By judgement area, compared with the authority's previous grade. Areas graded only once are excluded.
SELECT
    area,
    count(*) FILTER (WHERE change = 'improved') AS improved,
    count(*) FILTER (WHERE change = 'same') AS same,
    count(*) FILTER (WHERE change = 'declined') AS declined
FROM judgement_changes
WHERE is_current AND change IS NOT NULL
GROUP BY area
ORDER BY area;
