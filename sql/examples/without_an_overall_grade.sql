-- How can inspections without an overall grade be summarised?
--
-- Inspections from April 2026 have no overall grade. lowest_of_four, the lowest of their four grades, is a measure of
-- this dataset, not of Ofsted.
SELECT
    full_inspections.local_authority, full_inspections.inspection_start, full_inspections.overall_effectiveness_grade,
    arg_max(judgements.grade, judgements.grade_rank) AS lowest_of_four,
    string_agg(judgements.area, ', ' ORDER BY judgements.area) FILTER (WHERE judgements.grade_rank >= 3) AS below_good
FROM full_inspections
JOIN judgements ON judgements.report_id = full_inspections.report_id
WHERE full_inspections.framework = 'ilacs_2026'
GROUP BY ALL
ORDER BY full_inspections.inspection_start, full_inspections.local_authority;
