-- Ordinals of sections, findings, recommendations and inspectors run from 1 in each report, without gaps.
--
-- Severity: blocking
SELECT 'sections' AS table_name, report_id, count(*) AS row_count, max(ordinal) AS last_ordinal
FROM sections
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)
UNION ALL
SELECT 'findings' AS table_name, report_id, count(*) AS row_count, max(ordinal) AS last_ordinal
FROM findings
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)
UNION ALL
SELECT 'recommendations' AS table_name, report_id, count(*) AS row_count, max(ordinal) AS last_ordinal
FROM recommendations
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)
UNION ALL
SELECT 'inspectors' AS table_name, report_id, count(*) AS row_count, max(ordinal) AS last_ordinal
FROM inspectors
GROUP BY report_id
HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*);
