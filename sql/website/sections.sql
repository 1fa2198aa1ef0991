-- The section headings of every report, in order.
SELECT report_id, ordinal, title, area, level, page
FROM sections
ORDER BY report_id, ordinal;
