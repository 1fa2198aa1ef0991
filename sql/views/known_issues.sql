-- What should one know before using a report's rows? One row for every such thing.
--
-- For whoever cites a row: reports whose file is gone, what could not be read or does not agree with itself, values
-- that a reviewed correction replaced, reports that were published again, reports that the site lists no longer.
-- A report that is in no row here was read whole and agrees with itself.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- report_id: The report
-- family: Kind of report
-- published: Day of publication, as the site lists it
-- issue: Code of the invariant that does not hold, or corrected, superseded, no_longer_listed, not_read_yet
-- severity: error where rows are missing or in doubt, warning or note otherwise
-- detail: What exactly, in words
-- page: Page of the report, where the issue has one
-- url: Public address of the file
WITH issues AS (
    SELECT report_id, code AS issue, severity, detail, page
    FROM extraction_issues

    UNION ALL BY NAME

    SELECT
        split_part(key, ' ', 1) AS report_id,
        'corrected' AS issue,
        'note' AS severity,
        "table" || '.' || "column" || ': ' || coalesce(printed, 'nothing') || ' is printed, '
            || coalesce(corrected, 'nothing') || ' stands here. ' || reason AS detail
    FROM corrections

    UNION ALL BY NAME

    SELECT report_id, 'superseded' AS issue, 'note' AS severity, 'published again as ' || superseded_by AS detail
    FROM superseded_reports

    UNION ALL BY NAME

    SELECT
        report_id,
        'no_longer_listed' AS issue,
        'note' AS severity,
        'the site last listed it on ' || CAST(last_seen AS DATE) AS detail
    FROM publications
    WHERE NOT is_listed

    UNION ALL BY NAME

    SELECT publications.report_id, 'not_read_yet' AS issue, 'error' AS severity, 'listed, not read yet' AS detail
    FROM publications
    ANTI JOIN reports ON reports.report_id = publications.report_id
)

SELECT
    publications.urn,
    authorities.name AS local_authority,
    issues.report_id,
    publications.family,
    publications.published,
    issues.issue,
    issues.severity,
    issues.detail,
    issues.page,
    publications.url
FROM issues
JOIN publications ON publications.report_id = issues.report_id
JOIN authorities ON authorities.urn = publications.urn
ORDER BY authorities.name, publications.published, issues.report_id, issues.issue, issues.detail;
