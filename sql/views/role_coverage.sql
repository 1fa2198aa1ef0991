-- How much text of each report has which role, and how much of it is unaccounted? One row for every report and role.
--
-- Text is accounted for if it is in a row of another table, or if its words are wording that reports are known to
-- contain. The other text of the roles about, context and footnote describes the visit, the area and terms.
--
-- Columns:
-- report_id: Report number
-- role: Role of the lines
-- lines: Lines with this role
-- characters: Characters of these lines
-- unaccounted: Characters of these lines that are unaccounted
-- coverage: Share of the characters that are accounted for, from 0 to 1
SELECT
    report_id,
    role,
    count(*) AS lines,
    CAST(sum(length(text)) AS BIGINT) AS characters,
    CAST(sum(unaccounted) AS BIGINT) AS unaccounted,
    round(1 - sum(unaccounted) / greatest(sum(length(text)), 1), 4) AS coverage
FROM report_lines
GROUP BY report_id, role
ORDER BY report_id, role;
