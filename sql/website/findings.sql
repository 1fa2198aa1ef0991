-- All findings, in the order of their report.
SELECT report_id, ordinal, section, section_title, area, paragraph, part, kind, text, page, page_end
FROM findings
ORDER BY report_id, ordinal;
