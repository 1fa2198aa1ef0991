-- A report whose pages are not in the order of their printed numbers has an issue.
--
-- Severity: blocking
SELECT following.report_id, following.page, following.number, following.previous
FROM (
    SELECT
        printed.report_id,
        printed.page,
        printed.number,
        lag(printed.number) OVER (
            PARTITION BY printed.report_id, printed.words
            ORDER BY printed.page, printed.line
        ) AS previous
    FROM (
        SELECT
            report_id,
            page,
            line,
            regexp_extract(text, '^(|.* )\d{1,3}$', 1) AS words,
            TRY_CAST(regexp_extract(text, '\d{1,3}$') AS INTEGER) AS number
        FROM report_lines
        WHERE role IN ('page_number', 'running_header') AND regexp_matches(text, '^(|.* )\d{1,3}$')
    ) AS printed
) AS following
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = following.report_id
    AND extraction_issues.code = 'pages_out_of_order'
    AND extraction_issues.page = following.page
WHERE following.number < following.previous;
