-- Which full inspections could not be used? One row for each, with the reason.
--
-- The authority keeps the judgements of its previous inspection: the note of judgement_periods, and of the views that
-- derive from it, shows the sentence below. Covers reports that do not count (reports.counts), unless a later version
-- of the same inspection replaced them, and reports of which no judgement could be read.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority under which the report is listed
-- report_id: Report number
-- published: Publication date listed on the site
-- note: Sentence that names the inspection by its publication date and gives the reason
SELECT
    reports.urn,
    reports.report_id,
    reports.published,
    coalesce(
        'The inspection published on ' || strftime(reports.published, '%-d %B %Y'),
        'An inspection without publication date'
    )
    || ' could not be used: '
    || coalesce(
        lower(left(reports.not_counted_reason, 1)) || substr(reports.not_counted_reason, 2),
        'none of its judgements was read'
    ) AS note
FROM reports
ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
LEFT JOIN unread_judgements ON unread_judgements.report_id = reports.report_id
WHERE
    reports.family = 'inspection'
    AND (reports.framework IS NULL OR reports.framework = 'sif' OR starts_with(reports.framework, 'ilacs_'))
    AND (
        NOT reports.counts
        OR (
            unread_judgements.report_id IS NOT NULL
            AND reports.report_id NOT IN (SELECT judgements.report_id FROM judgements WHERE judgements.status = 'graded')
        )
    )
ORDER BY reports.urn, reports.published, reports.report_id;
