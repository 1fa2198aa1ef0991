-- What is usual among an authority's statistical neighbours? One row for every authority, indicator and year.
--
-- Used by indicator_comparison and the views that use it. Created when the database is built, because the median of every
-- group takes most of the time of a query. Neighbours are those of the May 2025 model, in all years.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- indicator: Code of the indicator
-- year: Year of the figures
-- median_value: Median of the figures of the neighbours; null if none has a figure
-- figure_count: Number of neighbours with a figure, up to ten
SELECT
    pairs.urn,
    figures.indicator,
    figures.year,
    round(median(figures.value), 2) AS median_value,
    count(figures.value) AS figure_count
FROM statistical_neighbours AS pairs
JOIN authority_indicators AS figures ON figures.urn = pairs.neighbour_urn
GROUP BY pairs.urn, figures.indicator, figures.year
ORDER BY figures.indicator, figures.year, pairs.urn;
