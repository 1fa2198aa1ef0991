-- Which themes do reports mention at each overall grade? One row for every theme and overall effectiveness grade.
--
-- Counts findings of inspections by the overall grade of their report (report_themes). Inspections from April 2026
-- have no overall grade and are not included. Reports differ in length between frameworks: compare shares, not counts.
-- See theme_evaluation for the accuracy of themes.
--
-- Columns:
-- theme: Theme
-- grade: Overall effectiveness grade
-- grade_rank: Rank of the grade, 1 is best
-- reports_with: Number of reports that mention the theme
-- reports_in_all: Number of reports with that grade that have findings
-- share_of_reports: reports_with divided by reports_in_all, 0 to 1
-- findings_with: Number of findings that mention the theme
-- findings_in_all: Number of findings in those reports
-- share_of_findings: findings_with divided by findings_in_all, 0 to 1
SELECT
    theme,
    overall_effectiveness_grade AS grade,
    overall_effectiveness_rank AS grade_rank,
    count(*) FILTER (WHERE findings_with > 0) AS reports_with,
    count(*) AS reports_in_all,
    round(count(*) FILTER (WHERE findings_with > 0) / count(*), 4) AS share_of_reports,
    CAST(sum(findings_with) AS BIGINT) AS findings_with,
    CAST(sum(findings_in_all) AS BIGINT) AS findings_in_all,
    round(sum(findings_with) / sum(findings_in_all), 4) AS share_of_findings
FROM report_themes
WHERE overall_effectiveness_grade IS NOT NULL AND family = 'inspection'
GROUP BY theme, overall_effectiveness_grade, overall_effectiveness_rank
ORDER BY theme, grade_rank, grade;
