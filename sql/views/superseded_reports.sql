-- Reports that Ofsted published again: the same authority, framework and first day of inspection, a later publication.
--
-- For whoever counts inspections: leave these reports out, and each inspection counts once. Of several
-- publications the latest stands; of several on one day, the one with the higher number. A report whose
-- inspection dates could not be read is never taken for another's double.
--
-- Columns:
-- report_id: The report that no longer stands
-- superseded_by: The report that stands in its place
SELECT report_id, superseded_by
FROM (
    SELECT
        report_id,
        first_value(report_id) OVER (
            PARTITION BY urn, family, framework, inspection_start
            ORDER BY published DESC NULLS LAST, length(report_id) DESC, report_id DESC
        ) AS superseded_by
    FROM reports
    WHERE framework IS NOT NULL AND inspection_start IS NOT NULL
)
WHERE report_id <> superseded_by;
