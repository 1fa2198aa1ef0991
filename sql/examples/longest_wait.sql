-- Who is likely to be inspected next?
--
-- The longest waiting first, counted to the newest publication in this dataset. next_inspection follows the rule of
-- ILACS.
SELECT local_authority, region_name, overall_effectiveness_grade, inspection_end_date, years_since_inspection,
    next_inspection, about_three_years_on, visits_since
FROM time_since_inspection
WHERE inspection_end_date IS NOT NULL
LIMIT 10;
