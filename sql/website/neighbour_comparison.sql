-- Latest judgements of each authority's ten statistical neighbours, closest first.
SELECT * FROM neighbour_comparison ORDER BY urn, rank;
