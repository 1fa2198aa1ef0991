-- A joint inspection that was read without headline findings has an issue that says so.
--
-- Severity: blocking
SELECT reports.report_id
FROM reports
ANTI JOIN findings ON findings.report_id = reports.report_id AND findings.kind = 'headline'
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = reports.report_id
    AND extraction_issues.code IN ('headline_missing', 'no_findings')
WHERE reports.family = 'jtai' AND reports.status IN ('complete', 'partial');
