-- How do the latest official figures of Buckinghamshire compare with its neighbours and England?
--
-- Rank 1 is best, or lowest where neither direction is better. Definitions and sources are in the table indicators.
SELECT indicator_name, unit, year, value, change_in_three_years, neighbours_median, england, rank, ranked
FROM indicator_comparison
WHERE local_authority = 'Buckinghamshire' AND year = (
    SELECT last_year FROM indicators WHERE indicators.indicator = indicator_comparison.indicator
);
