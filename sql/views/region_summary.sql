-- How many authorities had each grade? One row for every reporting year, region, judgement area and grade.
--
-- Compares regions with England over time; 'England' is an additional value of region_name. Counts judgements in force
-- at the end of the reporting year (judgement_periods), under the area name of their framework: until January 2023
-- in_care_and_care_leavers instead of in_care. Shares are relative to the authorities with a grade in the area;
-- authorities without one are not counted.
--
-- Columns:
-- year: Year ending 31 March
-- as_at: Reference date: 31 March, or the newest publication date for the current year
-- is_complete: Whether the year had ended by the newest publication date
-- region_name: Region of England, or England
-- area: Judgement area
-- grade: Grade
-- grade_rank: Rank of the grade, 1 is best
-- authorities: Number of authorities with this grade
-- graded: Number of authorities with any grade in this area
-- share: authorities divided by graded, 0 to 1
-- area_label: Label of the area
WITH judgements_in_force AS (
    SELECT
        years.year,
        years.as_at,
        years.is_complete,
        judgements.area,
        areas.label AS area_label,
        judgements.grade,
        judgements.grade_rank,
        unnest([periods.region_name, 'England']) AS region_name
    FROM reporting_years AS years
    JOIN judgement_periods AS periods
        ON years.as_at BETWEEN coalesce(periods.since, DATE '0001-01-01')
            AND coalesce(periods.until, DATE '9999-12-31')
    JOIN judgements ON judgements.report_id = periods.report_id AND judgements.status = 'graded'
    LEFT JOIN areas ON areas.area = judgements.area
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
    round(count(*) / sum(count(*)) OVER (PARTITION BY year, region_name, area), 4) AS share,
    area_label
FROM judgements_in_force
GROUP BY year, as_at, is_complete, region_name, area, area_label, grade, grade_rank
ORDER BY year, region_name, area, grade_rank;
