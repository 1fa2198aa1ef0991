-- What should one know before using a report's rows?
--
-- A report that is in no row here was read whole and agrees with itself.
SELECT local_authority, published, report_id, issue, severity, page
FROM known_issues
ORDER BY published, report_id, issue;
