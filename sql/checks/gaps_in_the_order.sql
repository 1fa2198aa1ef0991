-- Findings and recommendations are counted from 1 in each report, without a gap.
--
-- Severity: blocking
SELECT 'findings' AS table_name, report_id, count(*) AS rows_there, max(ordinal) AS last_ordinal
FROM findings
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)
UNION ALL
SELECT 'recommendations' AS table_name, report_id, count(*) AS rows_there, max(ordinal) AS last_ordinal
FROM recommendations
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*);
