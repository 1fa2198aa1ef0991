-- Every judgement is of an area that the framework of its report judges.
--
-- For example, inspections under ilacs_2026 have no overall grade, and no inspection judges care leavers both jointly
-- and separately.
--
-- Severity: blocking
SELECT judgements.report_id, reports.framework, judgements.area, judgements.grade
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
ANTI JOIN framework_areas
    ON framework_areas.framework = reports.framework AND framework_areas.area = judgements.area;
