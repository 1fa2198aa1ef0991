-- A missing or unreadable report has no rows in other tables.
--
-- Its issues in extraction_issues are the exception.
--
-- Severity: blocking
SELECT DISTINCT 'judgements' AS table_name, judgements.report_id
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id AND reports.status IN ('missing', 'unreadable')
UNION ALL
SELECT DISTINCT 'sections' AS table_name, sections.report_id
FROM sections
JOIN reports ON reports.report_id = sections.report_id AND reports.status IN ('missing', 'unreadable')
UNION ALL
SELECT DISTINCT 'findings' AS table_name, findings.report_id
FROM findings
JOIN reports ON reports.report_id = findings.report_id AND reports.status IN ('missing', 'unreadable')
UNION ALL
SELECT DISTINCT 'recommendations' AS table_name, recommendations.report_id
FROM recommendations
JOIN reports ON reports.report_id = recommendations.report_id AND reports.status IN ('missing', 'unreadable')
UNION ALL
SELECT DISTINCT 'inspectors' AS table_name, inspectors.report_id
FROM inspectors
JOIN reports ON reports.report_id = inspectors.report_id AND reports.status IN ('missing', 'unreadable')
UNION ALL
SELECT DISTINCT 'report_lines' AS table_name, report_lines.report_id
FROM report_lines
JOIN reports ON reports.report_id = report_lines.report_id AND reports.status IN ('missing', 'unreadable');
