-- How often do inspections mention kinship care and exploitation over time?
--
-- Shares of the findings of inspection reports, by publication year.
SELECT
    publication_year,
    max(findings_in_all) AS findings,
    round(100 * max(share_of_findings) FILTER (WHERE theme = 'kinship_care'), 1) AS percent_kinship_care,
    round(100 * max(share_of_findings) FILTER (WHERE theme = 'exploitation'), 1) AS percent_exploitation
FROM themes_by_year
WHERE family = 'inspection' AND theme IN ('kinship_care', 'exploitation')
GROUP BY publication_year
ORDER BY publication_year;
