-- Where does a row come from? One row for every report: its source, listing, download and extractor version.
--
-- Join on report_id, which judgements, findings, recommendations, inspectors, sections, report_lines and
-- extraction_issues all have: SELECT p.* FROM findings JOIN provenance AS p USING (report_id). Page and bounding box
-- are in the rows themselves. If the PDF is not available, sha256, archived_as and retrieved_at are null and status is
-- missing. archive/fetches.parquet records every download attempt and every earlier version of a file.
--
-- Columns:
-- report_id: Report number, from the URL of the PDF
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- provider_url: URL of the authority's page on the site, which lists the report
-- source_url: URL of the PDF
-- first_seen: Time of the crawl that first found the report
-- last_seen: Time the report was last found, as of the last crawl that found changes
-- is_listed: Whether that crawl still found the report listed
-- retrieved_at: Time of download
-- sha256: SHA-256 hash of the PDF
-- size_bytes: Size of the PDF
-- archived_as: Path of the PDF in the archive, relative to the warehouse
-- status: Extraction status of the report
-- extractor_version: Hash of the parser code and of the report's corrections, if any
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
