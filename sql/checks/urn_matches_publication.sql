-- Rows extracted from a report have the URN of the authority that the report is listed for.
--
-- Severity: blocking
SELECT 'reports' AS table_name, reports.report_id, reports.urn, publications.urn AS listed_urn
FROM reports
JOIN publications ON publications.report_id = reports.report_id AND publications.urn <> reports.urn
UNION ALL
SELECT 'judgements' AS table_name, judgements.report_id, judgements.urn, publications.urn AS listed_urn
FROM judgements
JOIN publications ON publications.report_id = judgements.report_id AND publications.urn <> judgements.urn
UNION ALL
SELECT 'findings' AS table_name, findings.report_id, findings.urn, publications.urn AS listed_urn
FROM findings
JOIN publications ON publications.report_id = findings.report_id AND publications.urn <> findings.urn
UNION ALL
SELECT 'recommendations' AS table_name, recommendations.report_id, recommendations.urn, publications.urn AS listed_urn
FROM recommendations
JOIN publications ON publications.report_id = recommendations.report_id AND publications.urn <> recommendations.urn;
