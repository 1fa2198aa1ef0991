-- Frequency of each theme in reports and findings, by family of report and year of publication.
SELECT theme, publication_year, family, reports_with, reports_in_all, share_of_reports, findings_with, findings_in_all, share_of_findings
FROM themes_by_year
ORDER BY theme, family, publication_year;
