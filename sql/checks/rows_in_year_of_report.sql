-- The rows of a report are in the partition of the report's year.
--
-- Severity: blocking
SELECT DISTINCT 'judgements' AS table_name, judgements.report_id, judgements.publication_year
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id AND reports.publication_year <> judgements.publication_year
UNION ALL
SELECT DISTINCT 'sections' AS table_name, sections.report_id, sections.publication_year
FROM sections
JOIN reports ON reports.report_id = sections.report_id AND reports.publication_year <> sections.publication_year
UNION ALL
SELECT DISTINCT 'findings' AS table_name, findings.report_id, findings.publication_year
FROM findings
JOIN reports ON reports.report_id = findings.report_id AND reports.publication_year <> findings.publication_year
UNION ALL
SELECT DISTINCT 'recommendations' AS table_name, recommendations.report_id, recommendations.publication_year
FROM recommendations
JOIN reports ON reports.report_id = recommendations.report_id AND reports.publication_year <> recommendations.publication_year
UNION ALL
SELECT DISTINCT 'inspectors' AS table_name, inspectors.report_id, inspectors.publication_year
FROM inspectors
JOIN reports ON reports.report_id = inspectors.report_id AND reports.publication_year <> inspectors.publication_year
UNION ALL
SELECT DISTINCT 'report_lines' AS table_name, report_lines.report_id, report_lines.publication_year
FROM report_lines
JOIN reports ON reports.report_id = report_lines.report_id AND reports.publication_year <> report_lines.publication_year
UNION ALL
SELECT DISTINCT 'extraction_issues' AS table_name, extraction_issues.report_id, extraction_issues.publication_year
FROM extraction_issues
JOIN reports ON reports.report_id = extraction_issues.report_id AND reports.publication_year <> extraction_issues.publication_year;
