-- From when to when did which judgements stand? One row for every authority and span of days, without gaps.
--
-- A full inspection's judgements stand, all of them, from the day of publication until the day before the next full
-- inspection of the same authority is published, or until the authority's last day. The span before an authority's
-- first inspection is a row too, without grades. Of two inspections the one with the later first day follows; an
-- inspection that was published only after a later one never stood. What latest_judgements, judgements_as_at and
-- authority_year_panel say is taken from here.
--
-- An authority that took over from another does not inherit its grades: until it is inspected itself its grades are
-- empty, and 'note' says so.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- region_name: Region of England
-- since: First day of the span; null if it goes back before records begin
-- until: Last day of the span; null if it still lasts
-- report_id: The full inspection whose judgements stood, a row of full_inspections; null before the first
-- predecessors: Authorities from which this one took over, parted by '; '
-- note: Why grades are empty, where they are
WITH dated AS (
    SELECT *, coalesce(first_published, inspection_end) AS since
    FROM full_inspections
    WHERE coalesce(first_published, inspection_end) IS NOT NULL
),

standing AS (
    SELECT *
    FROM dated
    QUALIFY coalesce(
        since < min(since) OVER (
            PARTITION BY urn
            ORDER BY coalesce(inspection_start, since), since, report_id
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ),
        true
    )
),

inspected AS MATERIALIZED (
    SELECT
        urn,
        report_id,
        framework,
        in_care_and_care_leavers_grade,
        since,
        row_number() OVER (PARTITION BY urn ORDER BY since) AS place,
        lead(since) OVER (PARTITION BY urn ORDER BY since) - 1 AS replaced
    FROM standing
),

spans AS (
    SELECT
        authorities.urn,
        authorities.valid_from AS since,
        first.since - 1 AS replaced,
        NULL AS report_id,
        NULL AS framework,
        NULL AS in_care_and_care_leavers_grade
    FROM authorities
    LEFT JOIN inspected AS first ON first.urn = authorities.urn AND first.place = 1

    UNION ALL BY NAME

    SELECT urn, since, replaced, report_id, framework, in_care_and_care_leavers_grade
    FROM inspected
)

SELECT
    authorities.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    spans.since,
    least(spans.replaced, authorities.valid_to) AS until,
    spans.report_id,
    predecessors.predecessors,
    CASE
        WHEN spans.report_id IS NULL AND predecessors.urn IS NOT NULL
            THEN 'Took over from ' || predecessors.predecessors || ' on ' || predecessors.first_day
                || '; no full inspection of its own yet'
        WHEN spans.report_id IS NULL THEN 'No full inspection in this dataset'
        WHEN spans.framework = 'ilacs_2026' THEN 'Inspections from April 2026 give no overall grade'
        WHEN spans.in_care_and_care_leavers_grade IS NOT NULL
            THEN 'Children in care and care leavers were judged together'
    END AS note
FROM spans
JOIN authorities ON authorities.urn = spans.urn
LEFT JOIN predecessors ON predecessors.urn = spans.urn
WHERE
    spans.since IS NULL
    OR least(spans.replaced, authorities.valid_to) IS NULL
    OR spans.since <= least(spans.replaced, authorities.valid_to)
ORDER BY authorities.name, spans.since NULLS FIRST;
