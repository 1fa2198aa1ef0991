-- Number of authorities at each grade, by year, region and judgement area: the data of the national charts.
SELECT year, as_at, is_complete, region_name, area, grade, grade_rank, authorities, graded, share
FROM region_summary
ORDER BY area, region_name, year, grade_rank;
