-- A publication is not seen for the last time before it is first seen.
--
-- Severity: blocking
SELECT report_id, first_seen, last_seen
FROM publications
WHERE first_seen > last_seen;
