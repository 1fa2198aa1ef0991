-- How many authorities stood at each grade? One row for every year, region, judgement area and grade.
--
-- For whoever compares a region with the country over time. 'England' stands beside the regions as one of them.
-- Counted are the judgements that stood at the end of the year (judgement_periods), each under the name that its
-- framework gives its area: until January 2023 in_care_and_care_leavers, not in_care. Shares are of the authorities
-- that had a grade in that area; those without one are in no row.
--
-- Columns:
-- year: Year ending 31 March
-- as_at: Day on which the judgements stood: 31 March, or the newest publication for the year under way
-- is_complete: Whether the year had ended by the newest publication in this dataset
-- region_name: Region of England, or England
-- area: Canonical name of the judgement area
-- grade: The grade
-- grade_rank: 1 is the best of its scale
-- authorities: Authorities at that grade
-- graded: Authorities with any grade in this area
-- share: authorities divided by graded, 0 to 1
WITH placed AS (
    SELECT
        years.year,
        years.as_at,
        years.is_complete,
        judgements.area,
        judgements.grade,
        judgements.grade_rank,
        unnest([periods.region_name, 'England']) AS region_name
    FROM reporting_years AS years
    JOIN judgement_periods AS periods
        ON years.as_at BETWEEN coalesce(periods.since, DATE '0001-01-01')
            AND coalesce(periods.until, DATE '9999-12-31')
    JOIN judgements ON judgements.report_id = periods.report_id AND judgements.status = 'graded'
)

SELECT
    year,
    as_at,
    is_complete,
    region_name,
    area,
    grade,
    grade_rank,
    count(*) AS authorities,
    CAST(sum(count(*)) OVER (PARTITION BY year, region_name, area) AS BIGINT) AS graded,
    round(count(*) / sum(count(*)) OVER (PARTITION BY year, region_name, area), 4) AS share
FROM placed
GROUP BY year, as_at, is_complete, region_name, area, grade, grade_rank
ORDER BY year, region_name, area, grade_rank;
