-- What comes and goes? One row for every theme, kind of report and year of publication.
--
-- Counted are findings (report_themes). Frameworks change, and with them what inspectors look at: compare within a
-- kind of report.
-- theme_evaluation says how far a theme can be trusted.
--
-- Columns:
-- theme: The theme
-- publication_year: Year of publication
-- family: Kind of report
-- reports_with: Reports that speak of it
-- reports_in_all: Reports of that kind that have findings
-- share_of_reports: The one divided by the other, 0 to 1
-- findings_with: Findings that speak of it
-- findings_in_all: Findings of those reports
-- share_of_findings: The one divided by the other, 0 to 1
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
