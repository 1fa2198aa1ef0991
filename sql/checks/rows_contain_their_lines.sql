-- Lines whose text belongs to findings, summaries or recommendations are in rows. Of a run of such lines up to three
-- words may differ from the rows, by which a line has at most as many characters; more is an issue of its report.
--
-- Severity: blocking
SELECT report_lines.report_id, report_lines.page, report_lines.line, report_lines.text
FROM report_lines
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = report_lines.report_id AND extraction_issues.code = 'text_unaccounted'
WHERE report_lines.role IN ('finding', 'summary', 'recommendation') AND report_lines.unaccounted > 60;
