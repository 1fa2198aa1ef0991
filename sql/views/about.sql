-- What is this dataset, where does it come from, and how may it be used? One row.
--
-- For whoever opens the file without its papers. The metadata of a release say what this row says.
--
-- Columns:
-- name: Short name, as machines like it
-- title: Its name
-- description: What it holds
-- day: Day of the newest news in it: the last walk of the site that brought any, or the last file fetched
-- published_from: Day of publication of the earliest report
-- published_to: Day of publication of the latest report
-- place: The country it covers
-- place_code: That country's ONS code
-- source: Who published what it was read from
-- source_url: Where
-- method: How it was made
-- creator: Who made it
-- licence: Licence of the data
-- licence_id: That licence's SPDX identifier
-- licence_url: That licence's words
-- attribution: What to write beside whatever is made of it
-- caveat: What to know before using it
-- placeholder_report_ids: Reports whose number is a stand-in, for the real one was not known
SELECT
    'childrens-services-inspections' AS name,
    'Children''s services inspections' AS title,
    'What Ofsted''s inspectors judged and found in every English local authority''s children''s services:'
        || ' every judgement, finding and recommendation of inspections, focused visits, joint inspections and'
        || ' area SEND inspections, each traced to its page.' AS description,
    CAST(greatest(max(publications.last_seen), max(reports.retrieved_at)) AS DATE) AS day,
    min(publications.published) AS published_from,
    max(publications.published) AS published_to,
    'England' AS place,
    'E92000001' AS place_code,
    'Ofsted: inspection reports of local authority children''s services' AS source,
    'https://reports.ofsted.gov.uk/' AS source_url,
    'Reports are fetched from the public reports site as PDF; each line of each page is given one role;'
        || ' judgements, findings and recommendations are put together from the lines and checked against each'
        || ' other; what does not hold is a row of extraction_issues, what was printed wrongly one of corrections.'
        AS method,
    'Children''s services inspections' AS creator,
    'Open Government Licence v3.0' AS licence,
    'OGL-UK-3.0' AS licence_id,
    'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/' AS licence_url,
    'Contains public sector information licensed under the Open Government Licence v3.0: inspection reports by Ofsted,'
        || ' as read by Children''s services inspections. Contains OS data © Crown copyright and database right.'
        || ' Reference tables: Ofsted; Department for Education; Office for National Statistics; names, dates and'
        || ' combined authorities partly from mySociety''s uk_local_authority_names_and_codes (CC BY 4.0), changed.'
        AS attribution,
    'This is not a publication of Ofsted''s. Where a row and a report disagree, the report is right.'
        || CASE
            WHEN (SELECT count(*) FROM placeholder_report_ids) > 0
                THEN ' Report numbers from 59000001 up are stand-ins: the real number was not known,'
                    || ' and the address made of one leads nowhere.'
            ELSE ''
        END AS caveat,
    (SELECT count(*) FROM placeholder_report_ids) AS placeholder_report_ids
FROM publications
LEFT JOIN reports ON reports.report_id = publications.report_id;
