-- What does this dataset contain, what are its sources and what is its licence? One row.
--
-- Makes the database file self-describing. The metadata files of a release are generated from this row.
--
-- Columns:
-- name: Machine-readable short name
-- title: Title of the dataset
-- description: Description of the dataset
-- day: Date of the newest data: the last crawl that found changes or the last download of a file, if later
-- published_from: Publication date of the earliest report
-- published_to: Publication date of the latest report
-- place: Country covered
-- place_code: ONS code of the country
-- source: Publisher and title of the source documents
-- source_url: URL of the source
-- method: How the data was produced
-- creator: Who produced the dataset
-- licence: Licence of the data
-- licence_id: SPDX identifier of the licence
-- licence_url: URL of the licence text
-- attribution: Attribution statement to include in derived works
-- caveat: Limitations to know before using the data
-- placeholder_report_ids: Number of reports with a placeholder report_id because the real one is unknown
-- software_version: Version of the software that built the database
-- software_commit: Git commit of that software; null if unknown
SELECT
    'childrens-services-inspections' AS name,
    'Children''s services inspections' AS title,
    'Judgements, findings and recommendations from Ofsted''s inspections of children''s services in every local'
        || ' authority in England: full inspections, focused visits, joint inspections and area SEND inspections.'
        || ' Every row links to the page of its report.' AS description,
    CAST(greatest(max(publications.last_seen), max(reports.retrieved_at)) AS DATE) AS day,
    min(publications.published) AS published_from,
    max(publications.published) AS published_to,
    'England' AS place,
    'E92000001' AS place_code,
    'Ofsted: inspection reports of local authority children''s services' AS source,
    'https://reports.ofsted.gov.uk/' AS source_url,
    'Reports are downloaded as PDF from Ofsted''s public reports site. A parser assigns a role to each line of each'
        || ' page and assembles judgements, findings and recommendations from the lines. Rules check the results for'
        || ' consistency: violations are listed in extraction_issues, corrected misprints in corrections.' AS method,
    'Children''s services inspections' AS creator,
    'Open Government Licence v3.0' AS licence,
    'OGL-UK-3.0' AS licence_id,
    'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/' AS licence_url,
    'Contains public sector information licensed under the Open Government Licence v3.0: inspection reports by Ofsted,'
        || ' as read by Children''s services inspections. Contains OS data © Crown copyright and database right.'
        || ' Reference tables: Ofsted; Department for Education; Office for National Statistics; names, dates and'
        || ' combined authorities partly from mySociety''s uk_local_authority_names_and_codes (CC BY 4.0), modified.'
        AS attribution,
    'This is not an official Ofsted publication. If a row differs from its report, the report is correct.'
        || CASE
            WHEN (SELECT count(*) FROM placeholder_report_ids) > 0
                THEN ' Report numbers from 59000001 up are placeholders: the real numbers are unknown,'
                    || ' and URLs built from placeholders do not work.'
            ELSE ''
        END AS caveat,
    (SELECT count(*) FROM placeholder_report_ids) AS placeholder_report_ids,
    (SELECT software_version FROM build_info) AS software_version,
    (SELECT software_commit FROM build_info) AS software_commit
FROM publications
LEFT JOIN reports ON reports.report_id = publications.report_id;
