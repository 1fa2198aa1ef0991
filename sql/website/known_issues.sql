-- Known issues of the reports, newest report first.
SELECT * FROM known_issues ORDER BY published DESC NULLS LAST, report_id DESC, issue, detail;
