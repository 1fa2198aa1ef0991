-- A graded area without findings is an issue of its report. Areas that summarise the report need no findings.
--
-- Severity: blocking
SELECT judgements.report_id, judgements.area
FROM judgements
ANTI JOIN areas ON areas.area = judgements.area AND areas.is_headline
ANTI JOIN findings ON findings.report_id = judgements.report_id AND findings.area = judgements.area
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = judgements.report_id
    AND extraction_issues.code = 'area_without_findings'
    AND extraction_issues.detail = judgements.area
WHERE judgements.status = 'graded';
