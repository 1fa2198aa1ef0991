-- Which reports have a placeholder report number? One row for every report whose real number is unknown.
--
-- The URL built from a placeholder does not work. Only the sample dataset of this project contains placeholders.
--
-- Columns:
-- report_id: Placeholder report number, 59000001 or higher
-- url: URL built from the placeholder; it does not work
SELECT report_id, url
FROM publications
WHERE TRY_CAST(report_id AS BIGINT) >= 59000001
ORDER BY report_id;
