-- What share of authorities in each region is judged good or better?
--
-- Help and protection at the end of the last complete reporting year, for the regions and England.
SELECT year, region_name, max(graded) AS graded,
    round(100 * coalesce(sum(share) FILTER (WHERE grade_rank <= 2), 0)) AS percent_good_or_better
FROM region_summary
WHERE area = 'help_and_protection' AND year = (SELECT max(year) FROM reporting_years WHERE is_complete)
GROUP BY year, region_name
ORDER BY percent_good_or_better DESC, region_name;
