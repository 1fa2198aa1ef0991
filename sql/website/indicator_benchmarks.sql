-- Official figures of England and of each region by indicator and year.
SELECT coalesce(regions.region_name, 'England') AS region_name, figures.indicator, figures.year, figures.value
FROM authority_indicators AS figures
LEFT JOIN (SELECT DISTINCT region_gss_code, region_name FROM authorities) AS regions
    ON regions.region_gss_code = figures.area_code
WHERE regions.region_gss_code IS NOT NULL OR figures.area_code = 'E92000001'
ORDER BY region_name, figures.indicator, figures.year;
