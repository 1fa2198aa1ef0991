-- Of which years can it be said how authorities stood at their end? One row for every year ending 31 March.
--
-- From the first 31 March on which any judgement of a full inspection stood, to the year under way, whose row is as
-- at the newest publication in this dataset.
--
-- Columns:
-- year: Year ending 31 March
-- as_at: 31 March, or the newest publication if that is earlier
-- is_complete: Whether the year had ended by the newest publication
WITH bounds AS (
    SELECT
        (SELECT min(first_published) FROM full_inspections) AS earliest,
        (SELECT max(published) FROM publications) AS newest
)

SELECT
    CAST(ends.number AS INTEGER) AS year,
    least(make_date(ends.number, 3, 31), bounds.newest) AS as_at,
    make_date(ends.number, 3, 31) <= bounds.newest AS is_complete
FROM bounds, range(2013, 2100) AS ends (number)
WHERE
    make_date(ends.number, 3, 31) >= bounds.earliest
    AND make_date(ends.number - 1, 3, 31) < bounds.newest
ORDER BY year;
