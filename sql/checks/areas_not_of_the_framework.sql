-- Every judgement is of an area that its report's framework judges.
--
-- So that an inspection of 2026 has no overall grade, and none judges care leavers both apart and together.
--
-- Severity: blocking
SELECT judgements.report_id, reports.framework, judgements.area, judgements.grade
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
ANTI JOIN framework_areas
    ON framework_areas.framework = reports.framework AND framework_areas.area = judgements.area;
