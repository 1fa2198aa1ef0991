-- In which regions do reports mention workforce stability most often?
--
-- Share of all findings, by region.
SELECT region_name, reports_with, reports_in_all, findings_with,
    round(100 * share_of_findings, 1) AS percent_of_findings
FROM themes_by_region
WHERE theme = 'workforce_stability'
ORDER BY percent_of_findings DESC, region_name;
