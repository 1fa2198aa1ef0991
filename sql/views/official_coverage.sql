-- Which inspections and visits that Ofsted records are in this dataset, and which reports of this dataset does Ofsted not record?
--
-- One row for every event in official_inspections, and for every listed inspection, focused visit or monitoring visit
-- without such an event. Events and reports of one authority and kind are matched if their dates of publication or
-- their first days are at most ten days apart (the nearest pair). Joint inspections and area SEND inspections are not in
-- Ofsted's spreadsheets; visits are recorded for the years to 31 March 2023 and 2025 only.
--
-- Reasons of an event without a report: closed_authority, authority_not_crawled (no page of the authority is in this
-- dataset), before_first_report (earlier than all reports of this dataset), not_listed. Reasons of a report without an
-- event: newer (after the last record), safeguarding_board (a review published separately), year_not_recorded (a visit of
-- another year), file_gone, not_counted (reports.counts), unexplained.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- kind: Kind of event: inspection, focused_visit or monitoring_visit
-- official_framework: Framework in Ofsted's record; null if it has no such event
-- event_date: First day, else date of publication, in Ofsted's record; in the report if Ofsted has none
-- year: Calendar year of that date
-- official_published: Date of publication in Ofsted's record
-- official_theme: Theme of the visit in Ofsted's words
-- outcome: matched, no_report (Ofsted records an event without a report here) or not_official (the reverse)
-- reason: Why there is no counterpart; null if matched
-- report_id: Report number; null if there is no report
-- report_published: Date of publication listed on the site
-- report_start: First day of the inspection in the report, else in the listing
-- report_status: Extraction status of the report: missing if its file is gone
WITH events AS (
    SELECT row_number() OVER (ORDER BY urn, kind, framework, event_date) AS event, *
    FROM official_inspections
),

listed AS (
    SELECT
        publications.urn,
        publications.family AS kind,
        publications.report_id,
        publications.published,
        reports.framework,
        coalesce(reports.inspection_start, publications.listed_inspection_date) AS inspection_start,
        reports.status,
        reports.counts
    FROM publications
    LEFT JOIN reports ON reports.report_id = publications.report_id
    ANTI JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
    WHERE publications.family IN ('inspection', 'focused_visit', 'monitoring_visit')
),

pairs AS (
    SELECT
        events.event,
        listed.report_id,
        least(
            abs(listed.published - events.published), abs(listed.inspection_start - events.inspection_start)
        ) AS days_apart
    FROM events
    JOIN listed ON listed.urn = events.urn AND listed.kind = events.kind
    WHERE
        least(abs(listed.published - events.published), abs(listed.inspection_start - events.inspection_start))
            <= 10
        AND listed.framework IS DISTINCT FROM 'lscb_review'
    QUALIFY
        row_number() OVER (PARTITION BY events.event ORDER BY days_apart, listed.report_id) = 1
        AND row_number() OVER (PARTITION BY listed.report_id ORDER BY days_apart, events.event) = 1
),

-- One release counts visits by their date, the other by their publication: only those with both dates in the year are
-- expected.
visit_years AS (
    SELECT DISTINCT
        make_date(CAST(right(release, 4) AS INTEGER) - 1, 4, 1) AS first_day,
        make_date(CAST(right(release, 4) AS INTEGER), 3, 31) AS last_day
    FROM official_inspections
    WHERE kind <> 'inspection'
),

ends AS (
    SELECT
        (SELECT max(make_date(CAST(right(release, 4) AS INTEGER), 3, 31)) FROM official_inspections) AS last_day,
        (SELECT min(published) FROM publications) AS first_published
)

SELECT
    coalesce(events.urn, listed.urn) AS urn,
    authorities.name AS local_authority,
    coalesce(events.kind, listed.kind) AS kind,
    events.framework AS official_framework,
    coalesce(events.event_date, listed.inspection_start, listed.published) AS event_date,
    CAST(year(coalesce(events.event_date, listed.inspection_start, listed.published)) AS INTEGER) AS year,
    events.published AS official_published,
    events.official_theme,
    CASE
        WHEN listed.report_id IS NULL THEN 'no_report'
        WHEN events.event IS NULL THEN 'not_official'
        ELSE 'matched'
    END AS outcome,
    CASE
        WHEN events.event IS NOT NULL AND listed.report_id IS NOT NULL THEN NULL
        WHEN events.event IS NOT NULL AND authorities.valid_to IS NOT NULL THEN 'closed_authority'
        WHEN events.event IS NOT NULL AND events.urn NOT IN (SELECT urn FROM publications)
            THEN 'authority_not_crawled'
        WHEN events.event IS NOT NULL AND events.event_date < ends.first_published THEN 'before_first_report'
        WHEN events.event IS NOT NULL THEN 'not_listed'
        WHEN coalesce(listed.inspection_start, listed.published) > ends.last_day THEN 'newer'
        WHEN listed.framework = 'lscb_review' THEN 'safeguarding_board'
        WHEN listed.kind <> 'inspection' AND NOT EXISTS (
            FROM visit_years
            WHERE listed.inspection_start BETWEEN visit_years.first_day AND visit_years.last_day
                AND listed.published BETWEEN visit_years.first_day AND visit_years.last_day
        ) THEN 'year_not_recorded'
        WHEN listed.status = 'missing' THEN 'file_gone'
        WHEN NOT listed.counts THEN 'not_counted'
        ELSE 'unexplained'
    END AS reason,
    listed.report_id,
    listed.published AS report_published,
    listed.inspection_start AS report_start,
    listed.status AS report_status
FROM events
LEFT JOIN pairs ON pairs.event = events.event
FULL JOIN listed ON listed.report_id = pairs.report_id
JOIN authorities ON authorities.urn = coalesce(events.urn, listed.urn)
CROSS JOIN ends
ORDER BY authorities.name, event_date, kind, official_framework;
