-- How each authority's ten statistical neighbours stand, the closest first.
SELECT * FROM neighbour_comparison ORDER BY urn, rank;
