-- How do themes develop over time? One row for every theme, report family and publication year.
--
-- Counts findings (report_themes). Frameworks, and with them the topics of inspections, change over time: compare
-- years within one report family. See theme_evaluation for the accuracy of themes.
--
-- Columns:
-- theme: Theme
-- publication_year: Year of publication
-- family: Report family
-- reports_with: Number of reports that mention the theme
-- reports_in_all: Number of reports of that family and year that have findings
-- share_of_reports: reports_with divided by reports_in_all, 0 to 1
-- findings_with: Number of findings that mention the theme
-- findings_in_all: Number of findings in those reports
-- share_of_findings: findings_with divided by findings_in_all, 0 to 1
SELECT
    theme,
    publication_year,
    family,
    count(*) FILTER (WHERE findings_with > 0) AS reports_with,
    count(*) AS reports_in_all,
    round(count(*) FILTER (WHERE findings_with > 0) / count(*), 4) AS share_of_reports,
    CAST(sum(findings_with) AS BIGINT) AS findings_with,
    CAST(sum(findings_in_all) AS BIGINT) AS findings_in_all,
    round(sum(findings_with) / sum(findings_in_all), 4) AS share_of_findings
FROM report_themes
GROUP BY theme, publication_year, family
ORDER BY theme, publication_year, family;
