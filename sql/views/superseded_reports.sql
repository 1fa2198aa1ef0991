-- Which reports were republished? One row for every report replaced by a later version of the same inspection.
--
-- Exclude these reports to count each inspection once. Versions of an inspection have the same authority, family,
-- framework and first day; the latest publication replaces the others, and of several on one day the one with the
-- highest report number. Reports without a framework or first day are never treated as versions of each other.
--
-- Columns:
-- report_id: Report number of the replaced version
-- superseded_by: Report number of the latest version
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
