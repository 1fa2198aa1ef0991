-- Which reports were republished? One row for every report replaced by a later version of the same inspection.
--
-- Created when the database is built, since most views use it.
--
-- Exclude these reports to count each inspection once. Versions of an inspection have the same authority, family,
-- framework and first day; the latest publication replaces the others, and of several on one day the one with the
-- highest report number. Only a report that counts replaces others (reports.counts): a version that could not be read
-- leaves the one before in use. Reports without a framework or first day are never treated as versions of each other.
--
-- Columns:
-- report_id: Report number of the replaced version
-- superseded_by: Report number of the latest version
WITH latest_versions AS (
    SELECT report_id, urn, family, framework, inspection_start, published
    FROM reports
    WHERE counts AND framework IS NOT NULL AND inspection_start IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY urn, family, framework, inspection_start
        ORDER BY published DESC NULLS LAST, length(report_id) DESC, report_id DESC
    ) = 1
)

SELECT reports.report_id, latest_versions.report_id AS superseded_by
FROM reports
JOIN latest_versions
    ON latest_versions.urn = reports.urn
    AND latest_versions.family = reports.family
    AND latest_versions.framework = reports.framework
    AND latest_versions.inspection_start = reports.inspection_start
WHERE
    reports.report_id <> latest_versions.report_id
    AND (reports.counts OR reports.published < latest_versions.published);
