-- Every full inspection that could not be used is named in the note of the judgements in force when it was published.
--
-- Inspections published outside the existence of their authority are excluded. Reports that were read and do not count
-- are also listed in known_issues.
--
-- Severity: blocking
SELECT unused.report_id, unused.urn, unused.note
FROM unused_inspections AS unused
JOIN judgement_periods AS periods
    ON periods.urn = unused.urn
    AND coalesce(unused.published, DATE '9999-12-31') BETWEEN coalesce(periods.since, DATE '0001-01-01')
        AND coalesce(periods.until, DATE '9999-12-31')
WHERE NOT coalesce(contains(periods.note, unused.note), false)
UNION ALL
SELECT reports.report_id, reports.urn, reports.not_counted_reason AS note
FROM reports
ANTI JOIN known_issues AS issues ON issues.report_id = reports.report_id AND issues.issue IN ('not_counted', 'missing')
WHERE NOT reports.counts AND reports.status IN ('complete', 'partial', 'missing');
