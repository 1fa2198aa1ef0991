-- No grade is another than in Ofsted's own statistics, and none that they have is missing of a report that was read.
--
-- Severity: blocking
SELECT urn, local_authority, official_framework, official_published, area, official_grade, grade, report_id
FROM official_comparison
WHERE outcome = 'unexplained' AND official_grade IS NOT NULL AND report_id IS NOT NULL;
