-- What happened at an authority, in order? One row for everything published on it, and for its beginning and end.
--
-- For whoever reads up on one authority: filter by urn or local_authority. Inspections, focused and monitoring
-- visits, area SEND and joint inspections stand side by side, in order of publication, with what is
-- known of each: reports not read yet, or gone from the site, are here by their listing. Successions come from the
-- reference files: one row at the authority that ended, one at each that took over.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- event_date: Day of publication, else of the inspection; for a succession, the last or the first day
-- event: Kind of report (inspection, focused_visit, …), or ended, or began
-- title: Title, as listed; for a succession, who took over
-- framework: Inspection framework, read from the report
-- inspection_start: First day of the inspection, as printed, else as listed
-- inspection_end: Last day of the inspection, as printed
-- headline_area: What the headline grade is of: overall_effectiveness or area_send_outcome
-- headline_grade: That grade; null where none was given, as for inspections from April 2026 and for all visits
-- theme: What a visit looked at
-- status: How well the report could be read; null if not tried yet
-- report_id: The report; null for a succession
-- superseded_by: The report that stands in its place, if it was published again
-- is_listed: Whether the site still lists it
-- url: Public address of the file
WITH headlines AS (
    SELECT report_id, area, grade
    FROM judgements
    WHERE status = 'graded' AND area IN ('overall_effectiveness', 'area_send_outcome')
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
        reports.theme,
        reports.status,
        publications.report_id,
        superseded_reports.superseded_by,
        publications.is_listed,
        publications.url
    FROM publications
    LEFT JOIN reports ON reports.report_id = publications.report_id
    LEFT JOIN headlines ON headlines.report_id = publications.report_id
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
    events.url
FROM events
JOIN authorities ON authorities.urn = events.urn
ORDER BY authorities.name, events.event_date NULLS FIRST, events.inspection_start NULLS FIRST, events.report_id;
