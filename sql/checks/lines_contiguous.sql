-- Line numbers run from 1 on each page, without gaps.
--
-- Severity: blocking
SELECT report_id, page, count(*) AS row_count, max(line) AS last_line
FROM report_lines
GROUP BY report_id, page
HAVING min(line) <> 1 OR max(line) <> count(*);
