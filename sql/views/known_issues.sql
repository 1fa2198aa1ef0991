-- What should users know before using the rows of a report? One row for every known issue.
--
-- Covers reports whose PDF is missing, reports that were read but do not count (not_counted), parts that could not be read or are
-- inconsistent, values replaced by reviewed corrections, republished reports, reports that the site no longer lists, and oddities of the site's listing. Rows
-- without a report_id are oddities that concern an authority, or a link that leads to no report. A report without a row here was read completely, and its rows
-- are consistent.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority; null if the site shows another kind of number
-- local_authority: Short name of the authority
-- report_id: Report number; null if the issue concerns no report
-- family: Report family; null without a report
-- published: Publication date listed on the site
-- issue: Code of the violated invariant, or not_counted, corrected, superseded, no_longer_listed, not_read_yet, or a
-- reason of listing_issues
-- severity: error if rows are missing or uncertain, otherwise warning, note, or acknowledged (confirmed by a person)
-- detail: Description of the issue
-- page: Page of the issue, if it has one
-- url: URL of the PDF, or of the link or page concerned
WITH issues AS (
    SELECT
        issues.report_id,
        issues.code AS issue,
        issues.severity,
        issues.detail || coalesce('. ' || acknowledged.reason, '') AS detail,
        issues.page
    FROM extraction_issues AS issues
    LEFT JOIN acknowledged_issues AS acknowledged
        ON acknowledged.report_id = issues.report_id
        AND acknowledged.code = issues.code
        AND acknowledged.detail = issues.detail

    UNION ALL BY NAME

    SELECT report_id, 'not_counted' AS issue, 'error' AS severity, not_counted_reason AS detail
    FROM reports
    WHERE NOT counts AND status IN ('complete', 'partial')

    UNION ALL BY NAME

    SELECT
        split_part(key, ' ', 1) AS report_id,
        'corrected' AS issue,
        'note' AS severity,
        coalesce('“' || printed || '”', 'nothing') || ' is printed, ' || coalesce('“' || corrected || '”', 'nothing')
            || ' is published in ' || "table" || '.' || "column" || '. ' || reason AS detail
    FROM corrections

    UNION ALL BY NAME

    SELECT report_id, 'superseded' AS issue, 'note' AS severity, 'republished as ' || superseded_by AS detail
    FROM superseded_reports

    UNION ALL BY NAME

    SELECT
        report_id,
        'no_longer_listed' AS issue,
        'note' AS severity,
        'last listed on the site on ' || CAST(last_seen AS DATE) AS detail
    FROM publications
    WHERE NOT is_listed

    UNION ALL BY NAME

    SELECT publications.report_id, 'not_read_yet' AS issue, 'error' AS severity, 'listed but not parsed yet' AS detail
    FROM publications
    ANTI JOIN reports ON reports.report_id = publications.report_id

    UNION ALL BY NAME

    SELECT
        report_id,
        reason AS issue,
        CASE WHEN reason IN ('old_address', 'other_host', 'unknown_address') THEN 'error' ELSE 'warning' END AS severity,
        detail || coalesce(': ' || nullif(text, ''), '') AS detail,
        urn AS listing_urn,
        authority AS listing_authority,
        coalesce(nullif(address, ''), page_url) AS listing_url
    FROM listing_issues
)

SELECT
    coalesce(publications.urn, issues.listing_urn) AS urn,
    coalesce(authorities.name, issues.listing_authority) AS local_authority,
    issues.report_id,
    publications.family,
    publications.published,
    issues.issue,
    issues.severity,
    issues.detail,
    issues.page,
    coalesce(publications.url, issues.listing_url) AS url
FROM issues
LEFT JOIN publications ON publications.report_id = issues.report_id
LEFT JOIN authorities ON authorities.urn = coalesce(publications.urn, issues.listing_urn)
ORDER BY local_authority, publications.published, issues.report_id, issues.issue, issues.detail;
