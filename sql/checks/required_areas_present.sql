-- Every parsed report has a row in judgements for each area that its framework requires, graded or not.
--
-- Severity: blocking
SELECT reports.report_id, reports.framework, framework_areas.area
FROM reports
JOIN families ON families.family = reports.family AND families.is_graded
JOIN framework_areas ON framework_areas.framework = reports.framework AND framework_areas.required
ANTI JOIN judgements
    ON judgements.report_id = reports.report_id AND judgements.area = framework_areas.area
WHERE reports.status IN ('complete', 'partial');
