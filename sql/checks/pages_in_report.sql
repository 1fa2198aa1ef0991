-- A row refers to a page that its report has.
--
-- Severity: blocking
SELECT DISTINCT 'judgements' AS table_name, judgements.report_id, judgements.page, reports.pages
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id AND judgements.page NOT BETWEEN 1 AND reports.pages
UNION ALL
SELECT DISTINCT 'sections' AS table_name, sections.report_id, sections.page, reports.pages
FROM sections
JOIN reports ON reports.report_id = sections.report_id AND sections.page NOT BETWEEN 1 AND reports.pages
UNION ALL
SELECT DISTINCT 'findings' AS table_name, findings.report_id, findings.page, reports.pages
FROM findings
JOIN reports ON reports.report_id = findings.report_id AND findings.page NOT BETWEEN 1 AND reports.pages
UNION ALL
SELECT DISTINCT 'recommendations' AS table_name, recommendations.report_id, recommendations.page, reports.pages
FROM recommendations
JOIN reports ON reports.report_id = recommendations.report_id AND recommendations.page NOT BETWEEN 1 AND reports.pages
UNION ALL
SELECT DISTINCT 'report_lines' AS table_name, report_lines.report_id, report_lines.page, reports.pages
FROM report_lines
JOIN reports ON reports.report_id = report_lines.report_id AND report_lines.page NOT BETWEEN 1 AND reports.pages
UNION ALL
SELECT DISTINCT 'extraction_issues' AS table_name, extraction_issues.report_id, extraction_issues.page, reports.pages
FROM extraction_issues
JOIN reports ON reports.report_id = extraction_issues.report_id AND extraction_issues.page NOT BETWEEN 1 AND reports.pages;
