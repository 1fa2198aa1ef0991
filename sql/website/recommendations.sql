-- Every improvement, recommendation and priority action, in the order of its report.
SELECT report_id, urn, ordinal, kind, area, section_title, paragraph, text, page
FROM recommendations
ORDER BY report_id, ordinal;
