-- How many authorities improved, and how many declined, at their last inspection?
--
-- By area, against the authority's own grade before; authorities judged once are left out.
SELECT
    area,
    count(*) FILTER (WHERE change = 'improved') AS improved,
    count(*) FILTER (WHERE change = 'same') AS same,
    count(*) FILTER (WHERE change = 'declined') AS declined
FROM judgement_changes
WHERE is_current AND change IS NOT NULL
GROUP BY area
ORDER BY area;
