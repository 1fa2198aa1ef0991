-- What one should know before using a report's rows.
SELECT * FROM known_issues ORDER BY published DESC NULLS LAST, report_id DESC, issue, detail;
