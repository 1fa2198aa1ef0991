-- A report that was read has a file with its size and time, a number of pages and an extractor version.
--
-- Severity: blocking
SELECT report_id, status, sha256, size_bytes, retrieved_at, pages, extractor_version
FROM reports
WHERE
    status IN ('complete', 'partial', 'not_extracted')
    AND (sha256 IS NULL OR size_bytes IS NULL OR retrieved_at IS NULL OR pages IS NULL OR extractor_version IS NULL);
