-- The latest official figures of each authority, next to those of its neighbours, its region and England.
SELECT
    figures.urn,
    figures.indicator_name,
    figures.unit,
    figures.year,
    figures.value,
    figures.status,
    figures.change_in_three_years,
    figures.neighbours_median,
    figures.region,
    figures.england,
    figures.rank,
    figures.ranked
FROM indicator_comparison AS figures
JOIN indicators ON indicators.indicator = figures.indicator
QUALIFY figures.year = max(figures.year) OVER (PARTITION BY figures.urn, figures.indicator)
ORDER BY figures.urn, indicators.sort_order;
