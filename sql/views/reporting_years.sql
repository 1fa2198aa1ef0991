-- For which reporting years are end-of-year judgements available? One row for every year ending 31 March.
--
-- Starts with the first 31 March on which a full inspection was in force. The last row is the current year, with the
-- newest publication date in this dataset as its reference date.
--
-- Columns:
-- year: Year ending 31 March
-- as_at: Reference date: 31 March, or the newest publication date if that is earlier
-- is_complete: Whether the year had ended by the newest publication date
WITH bounds AS (
    SELECT
        (SELECT min(first_published) FROM full_inspections) AS first_published,
        (SELECT max(published) FROM publications) AS last_published
)

SELECT
    CAST(calendar_years.year AS INTEGER) AS year,
    least(make_date(calendar_years.year, 3, 31), bounds.last_published) AS as_at,
    make_date(calendar_years.year, 3, 31) <= bounds.last_published AS is_complete
FROM bounds, range(2013, 2100) AS calendar_years (year)
WHERE
    make_date(calendar_years.year, 3, 31) >= bounds.first_published
    AND make_date(calendar_years.year - 1, 3, 31) < bounds.last_published
ORDER BY year;
