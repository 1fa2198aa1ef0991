-- All improvements, recommendations and priority actions, in the order of their report.
SELECT report_id, urn, ordinal, kind, area, section_title, paragraph, text, page
FROM recommendations
ORDER BY report_id, ordinal;
