-- A heading that reads as text is an issue of its report.
--
-- Severity: blocking
SELECT sections.report_id, sections.page, sections.title
FROM sections
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = sections.report_id
    AND extraction_issues.code = 'heading_implausible'
    AND extraction_issues.page = sections.page
WHERE
    regexp_matches(sections.title, '^\p{Ll}')
    OR regexp_matches(sections.title, '[a-z]{2}[.?!][’”]? [A-Z]')
    OR (sections.title LIKE '%.' AND sections.level > 1)
    OR length(sections.title) > CASE sections.level WHEN 1 THEN 140 ELSE 120 END;
