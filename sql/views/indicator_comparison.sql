-- How does an authority's figure compare? One row for every authority, indicator and year.
--
-- Filter by urn or local_authority, and by indicator. Each figure stands next to the figure three years before, the median
-- of the statistical neighbours, the region and England, and has a rank among all authorities with a figure in that year.
-- Neighbours are those of the May 2025 model, in all years. Figures are as published: see indicators for definitions, and
-- indicator_jumps for implausible changes.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- indicator: Code of the indicator
-- indicator_name: Name of the indicator
-- unit: Unit of the figures
-- direction: Which value is usually regarded as better: lower, higher or neutral
-- year: Year of the figure
-- value: Figure of the authority; null if there is none
-- status: Where the figure comes from, or why there is none
-- change_in_three_years: Figure minus that of three years before
-- neighbours_median: Median of the figures of the statistical neighbours; null for former authorities
-- neighbours_with_figure: Number of neighbours with a figure, up to ten
-- region: Figure of the region
-- england: Figure of England
-- rank: Rank among the authorities, 1 is best (for direction neutral, 1 is the lowest); equal figures share a rank
-- ranked: Number of authorities with a figure
WITH ranked AS (
    SELECT
        figures.urn,
        figures.area_code,
        figures.indicator,
        indicators.name AS indicator_name,
        indicators.unit,
        indicators.direction,
        indicators.sort_order,
        figures.year,
        figures.value,
        figures.status,
        rank() OVER (
            PARTITION BY figures.indicator, figures.year
            ORDER BY CASE indicators.direction WHEN 'higher' THEN -figures.value ELSE figures.value END NULLS LAST
        ) AS position,
        count(figures.value) OVER (PARTITION BY figures.indicator, figures.year) AS ranked
    FROM authority_indicators AS figures
    JOIN indicators ON indicators.indicator = figures.indicator
    WHERE figures.urn IS NOT NULL
)

SELECT
    ranked.urn,
    authorities.name AS local_authority,
    ranked.indicator,
    ranked.indicator_name,
    ranked.unit,
    ranked.direction,
    ranked.year,
    ranked.value,
    ranked.status,
    round(ranked.value - earlier.value, 2) AS change_in_three_years,
    neighbours.median_value AS neighbours_median,
    coalesce(neighbours.figure_count, 0) AS neighbours_with_figure,
    regions.value AS region,
    england.value AS england,
    CASE WHEN ranked.value IS NOT NULL THEN ranked.position END AS rank,
    ranked.ranked
FROM ranked
JOIN authorities ON authorities.urn = ranked.urn
LEFT JOIN authority_indicators AS earlier
    ON earlier.area_code = ranked.area_code
    AND earlier.indicator = ranked.indicator
    AND earlier.year = ranked.year - 3
LEFT JOIN neighbour_medians AS neighbours
    ON neighbours.urn = ranked.urn AND neighbours.indicator = ranked.indicator AND neighbours.year = ranked.year
LEFT JOIN authority_indicators AS regions
    ON regions.area_code = authorities.region_gss_code
    AND regions.indicator = ranked.indicator
    AND regions.year = ranked.year
LEFT JOIN authority_indicators AS england
    ON england.area_code = 'E92000001' AND england.indicator = ranked.indicator AND england.year = ranked.year
ORDER BY authorities.name, ranked.sort_order, ranked.year;
