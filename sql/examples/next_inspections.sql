-- Which authorities are likely to be inspected next?
--
-- Longest time since the last full inspection first, counted to the newest publication in this dataset.
-- next_inspection is the type that the ILACS policy expects.
SELECT local_authority, region_name, overall_effectiveness_grade, inspection_end_date, years_since_inspection,
    next_inspection, about_three_years_on, visits_since
FROM time_since_inspection
WHERE inspection_end_date IS NOT NULL
LIMIT 10;
