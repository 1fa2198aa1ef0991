-- The indicators that are paired with a theme, by year: England, and the quartiles of the authorities.
SELECT
    theme_indicators.theme,
    theme_indicators.note,
    indicators.indicator,
    indicators.name,
    indicators.unit,
    indicators.direction,
    indicators.definition,
    figures.year,
    any_value(figures.value) FILTER (WHERE figures.area_code = 'E92000001') AS england,
    quantile_cont(figures.value, [0.25, 0.5, 0.75]) FILTER (WHERE figures.urn IS NOT NULL) AS quartiles
FROM theme_indicators
JOIN indicators ON indicators.indicator = theme_indicators.indicator
JOIN authority_indicators AS figures ON figures.indicator = indicators.indicator
GROUP BY ALL
ORDER BY theme_indicators.theme, any_value(indicators.sort_order), figures.year;
