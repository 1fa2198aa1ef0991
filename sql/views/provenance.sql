-- Where does a row come from? One row for each report: its file, who listed it, when it was fetched, what read it.
--
-- For whoever must show where a figure comes from. Every row of judgements, findings, recommendations, inspectors,
-- sections, report_lines and extraction_issues has a report_id: join on it, as in
-- SELECT p.* FROM findings JOIN provenance AS p USING (report_id). The page and the box stand in the row itself.
-- Where the file could not be had, sha256, archived_as and retrieved_at are null, and status says missing.
-- Every other attempt to fetch a file, and every earlier file of a report, is in archive/fetches.parquet.
--
-- Columns:
-- report_id: The number in the address of the report's file
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- provider_url: Public address of the authority's page, which lists it
-- source_url: Public address of the file
-- first_seen: When a walk of the site first saw it
-- last_seen: When it was last seen, as of the last walk that brought news
-- is_listed: Whether that walk still found it listed
-- retrieved_at: When the file was fetched
-- sha256: Fingerprint of the file
-- size_bytes: Size of the file
-- archived_as: Where the file lies, from the warehouse's folder
-- status: How well it could be read
-- extractor_version: Fingerprint of the code that read it, and of its corrections, if any
SELECT
    reports.report_id,
    reports.urn,
    authorities.name AS local_authority,
    publications.provider_url,
    reports.source_url,
    publications.first_seen,
    publications.last_seen,
    publications.is_listed,
    reports.retrieved_at,
    reports.sha256,
    reports.size_bytes,
    'archive/files/' || reports.sha256 || '.pdf' AS archived_as,
    reports.status,
    reports.extractor_version
FROM reports
JOIN publications ON publications.report_id = reports.report_id
JOIN authorities ON authorities.urn = reports.urn;
