-- A report counts if, and only if, it was read, its framework and dates are known, and no issue disqualifies it.
--
-- Its judgements have the same values of counts and not_counted_reason, and a reason is given if it does not count.
--
-- Severity: blocking
WITH disqualified AS (
    SELECT DISTINCT report_id
    FROM extraction_issues
    WHERE disqualifies
)

SELECT reports.report_id, reports.status, reports.counts, reports.not_counted_reason, NULL AS area
FROM reports
LEFT JOIN disqualified ON disqualified.report_id = reports.report_id
WHERE
    reports.counts IS DISTINCT FROM (
        reports.status IN ('complete', 'partial')
        AND reports.framework IS NOT NULL
        AND reports.inspection_start IS NOT NULL
        AND reports.inspection_end IS NOT NULL
        AND disqualified.report_id IS NULL
    )
    OR reports.counts = (reports.not_counted_reason IS NOT NULL)
    OR (reports.counts AND reports.inspection_start > reports.inspection_end)
UNION ALL
SELECT judgements.report_id, NULL AS status, judgements.counts, judgements.not_counted_reason, judgements.area
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
WHERE
    judgements.counts <> reports.counts
    OR judgements.not_counted_reason IS DISTINCT FROM reports.not_counted_reason;
