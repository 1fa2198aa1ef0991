-- The statistical neighbours of each authority, closest first.
SELECT urn, list(neighbour_urn ORDER BY rank) AS neighbours
FROM statistical_neighbours
GROUP BY urn
ORDER BY urn;
