-- Who are the statistical neighbours of each authority, all in one text? One row for every authority that has neighbours.
--
-- For tables with one row per authority or report, such as latest_judgements and joint_inspections; the table
-- statistical_neighbours has one row per neighbour.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- names: Short names of its statistical neighbours, closest first, separated by '; '
SELECT
    neighbours.urn,
    string_agg(authorities.name, '; ' ORDER BY neighbours.rank) AS names
FROM statistical_neighbours AS neighbours
JOIN authorities ON authorities.urn = neighbours.neighbour_urn
GROUP BY neighbours.urn
ORDER BY neighbours.urn;
