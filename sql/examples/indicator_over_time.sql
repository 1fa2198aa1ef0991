-- How did the rate of re-referrals in Buckinghamshire develop?
--
-- Per cent of the referrals of a year that came within 12 months of an earlier one.
SELECT year, value, neighbours_median, region, england, rank, ranked
FROM indicator_comparison
WHERE local_authority = 'Buckinghamshire' AND indicator = 're_referrals'
ORDER BY year;
