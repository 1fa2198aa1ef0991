-- Of what do reports speak where they judge good, and where inadequate? One row for every theme and overall grade.
--
-- Counted are findings of inspections by the overall grade of their report (report_themes): inspections from April
-- 2026 give none and are left out. Frameworks differ in length: compare shares, not counts.
-- theme_evaluation says how far a theme can be trusted.
--
-- Columns:
-- theme: The theme
-- grade: Overall effectiveness of the report
-- grade_rank: 1 is the best of its scale
-- reports_with: Reports that speak of it
-- reports_in_all: Reports of that kind that have findings
-- share_of_reports: The one divided by the other, 0 to 1
-- findings_with: Findings that speak of it
-- findings_in_all: Findings of those reports
-- share_of_findings: The one divided by the other, 0 to 1
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
