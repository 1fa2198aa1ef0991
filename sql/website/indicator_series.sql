-- Official figures of each authority by indicator and year, with the median of its statistical neighbours.
SELECT urn, indicator, year, value, neighbours_median
FROM indicator_comparison
ORDER BY urn, indicator, year;
