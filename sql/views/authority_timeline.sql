-- What happened at an authority, in date order? One row for every publication, and for its first and last day.
--
-- Filter by urn or local_authority. Inspections, focused and monitoring visits, joint inspections and area SEND
-- inspections are listed together by publication date. Reports that have not been parsed, or that the site no longer
-- lists, are included with the metadata from the listing. A reorganisation adds one row to each authority that ended
-- (event 'ended') and one to each authority that replaced it (event 'began').
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- event_date: Publication date, else inspection date; for reorganisations, the authority's last or first day
-- event: Report family (inspection, focused_visit, …), or ended, or began
-- title: Title on the site; for reorganisations, the successors or predecessors
-- framework: Inspection framework stated in the report
-- inspection_start: First day of the inspection, from the report, else from the listing
-- inspection_end: Last day of the inspection, from the report
-- headline_area: Area of the headline grade, such as overall_effectiveness or area_send_outcome
-- headline_grade: Headline grade; null if none was given, as in inspections from April 2026 and in all visits
-- theme: Topic of a visit or joint inspection
-- status: Extraction status of the report; null if it has not been parsed yet
-- report_id: Report number; null for reorganisations
-- superseded_by: Report number of the republished version, if any
-- is_listed: Whether the site still lists the report
-- url: URL of the PDF
-- counts: Whether the report counts (reports.counts); if not, its grade and theme are null. Null if not parsed yet
-- not_counted_reason: Why the report does not count; null if it counts
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
-- event_label: Label of the event
WITH headlines AS (
    SELECT report_id, area, grade
    FROM judgements
    WHERE counts AND status = 'graded' AND area IN (SELECT area FROM areas WHERE is_headline)
),

events AS (
    SELECT
        publications.urn,
        coalesce(publications.published, publications.listed_inspection_date, reports.inspection_start) AS event_date,
        publications.family AS event,
        publications.title,
        reports.framework,
        coalesce(reports.inspection_start, publications.listed_inspection_date) AS inspection_start,
        reports.inspection_end,
        headlines.area AS headline_area,
        headlines.grade AS headline_grade,
        CASE WHEN reports.counts THEN reports.theme END AS theme,
        reports.status,
        publications.report_id,
        superseded_reports.superseded_by,
        publications.is_listed,
        publications.url,
        reports.counts,
        reports.not_counted_reason,
        unread_judgements.areas AS not_read,
        reports.partial_reason
    FROM publications
    LEFT JOIN reports ON reports.report_id = publications.report_id
    LEFT JOIN headlines ON headlines.report_id = publications.report_id
    LEFT JOIN unread_judgements ON unread_judgements.report_id = publications.report_id
    LEFT JOIN superseded_reports ON superseded_reports.report_id = publications.report_id

    UNION ALL BY NAME

    SELECT
        successions.predecessor_urn AS urn,
        successions.last_day AS event_date,
        'ended' AS event,
        'Succeeded by ' || string_agg(successors.name, '; ' ORDER BY successors.name) AS title
    FROM successions
    JOIN authorities AS successors ON successors.urn = successions.successor_urn
    GROUP BY successions.predecessor_urn, successions.last_day

    UNION ALL BY NAME

    SELECT
        successions.successor_urn AS urn,
        successions.last_day + 1 AS event_date,
        'began' AS event,
        'Took over from ' || string_agg(predecessors.name, '; ' ORDER BY predecessors.name) AS title
    FROM successions
    JOIN authorities AS predecessors ON predecessors.urn = successions.predecessor_urn
    GROUP BY successions.successor_urn, successions.last_day
)

SELECT
    events.urn,
    authorities.name AS local_authority,
    events.event_date,
    events.event,
    events.title,
    events.framework,
    events.inspection_start,
    events.inspection_end,
    events.headline_area,
    events.headline_grade,
    events.theme,
    events.status,
    events.report_id,
    events.superseded_by,
    events.is_listed,
    events.url,
    events.counts,
    events.not_counted_reason,
    events.not_read,
    events.partial_reason,
    coalesce(families.label, upper(events.event[1]) || events.event[2:]) AS event_label
FROM events
JOIN authorities ON authorities.urn = events.urn
LEFT JOIN families ON families.family = events.event
ORDER BY authorities.name, events.event_date NULLS FIRST, events.inspection_start NULLS FIRST, events.report_id;
