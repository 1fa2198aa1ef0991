-- Every grade in Ofsted's statistics with a matching report is confirmed by judgements, or its difference is explained.
--
-- Severity: blocking
SELECT urn, local_authority, official_framework, official_published, area, official_grade, grade, report_id
FROM official_comparison
WHERE outcome = 'unexplained' AND official_grade IS NOT NULL AND report_id IS NOT NULL;
