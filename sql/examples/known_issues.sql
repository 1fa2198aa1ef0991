-- Which known issues affect the rows of a report?
--
-- Reports without a row in known_issues were read completely and are consistent.
SELECT local_authority, published, report_id, issue, severity, page
FROM known_issues
ORDER BY published, report_id, issue;
