-- Which reports have a number that is a stand-in? Their real number was not known, and their address leads nowhere.
--
-- Only the sample that comes with this project has such reports.
--
-- Columns:
-- report_id: The stand-in, from 59000001 up
-- url: The address made of it
SELECT report_id, url
FROM publications
WHERE TRY_CAST(report_id AS BIGINT) >= 59000001
ORDER BY report_id;
