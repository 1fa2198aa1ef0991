-- A missing report has no file, and an unreadable report has one.
--
-- Severity: blocking
SELECT report_id, status, sha256
FROM reports
WHERE (status = 'missing' AND sha256 IS NOT NULL) OR (status = 'unreadable' AND sha256 IS NULL);
