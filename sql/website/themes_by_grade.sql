-- Frequency of each theme in reports and findings, by the overall grade of the report.
SELECT theme, grade, grade_rank, reports_with, reports_in_all, share_of_reports, findings_with, findings_in_all, share_of_findings
FROM themes_by_grade
ORDER BY theme, grade_rank;
