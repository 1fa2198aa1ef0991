-- Which themes do reports mention in each region? One row for every theme and region.
--
-- Counts findings of all report families and years, including those on former authorities (report_themes). See
-- theme_evaluation for the accuracy of themes.
--
-- Columns:
-- theme: Theme
-- region_name: Region of England
-- reports_with: Number of reports that mention the theme
-- reports_in_all: Number of reports in the region that have findings
-- share_of_reports: reports_with divided by reports_in_all, 0 to 1
-- findings_with: Number of findings that mention the theme
-- findings_in_all: Number of findings in those reports
-- share_of_findings: findings_with divided by findings_in_all, 0 to 1
SELECT
    theme,
    region_name,
    count(*) FILTER (WHERE findings_with > 0) AS reports_with,
    count(*) AS reports_in_all,
    round(count(*) FILTER (WHERE findings_with > 0) / count(*), 4) AS share_of_reports,
    CAST(sum(findings_with) AS BIGINT) AS findings_with,
    CAST(sum(findings_in_all) AS BIGINT) AS findings_in_all,
    round(sum(findings_with) / sum(findings_in_all), 4) AS share_of_findings
FROM report_themes
GROUP BY theme, region_name
ORDER BY theme, region_name;
