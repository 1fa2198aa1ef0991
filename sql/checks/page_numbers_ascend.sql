-- A report whose pages are not in the order of their printed numbers has an issue.
--
-- Severity: blocking
WITH printed AS (
    SELECT
        report_id,
        page,
        line,
        regexp_extract(text, '^(|.* )\d{1,3}$', 1) AS words,
        TRY_CAST(regexp_extract(text, '\d{1,3}$') AS INTEGER) AS number
    FROM report_lines
    WHERE role IN ('page_number', 'running_header') AND regexp_matches(text, '^(|.* )\d{1,3}$')
),

compared AS (
    SELECT
        report_id,
        page,
        number,
        lag(number) OVER (PARTITION BY report_id, words ORDER BY page, line) AS previous
    FROM printed
)

SELECT compared.report_id, compared.page, compared.number, compared.previous
FROM compared
ANTI JOIN extraction_issues
    ON extraction_issues.report_id = compared.report_id
    AND extraction_issues.code = 'pages_out_of_order'
    AND extraction_issues.page = compared.page
WHERE compared.number < compared.previous;
