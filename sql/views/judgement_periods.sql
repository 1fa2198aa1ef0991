-- Which judgements were in force from when to when? One row for every authority and period, without gaps.
--
-- The judgements of a full inspection are in force from its publication until the day before the next full inspection
-- of the same authority is published, or until the authority's last day. The period before an authority's first
-- inspection is a row without grades. Inspections follow each other by their first day: an inspection published only
-- after a later one was never in force. latest_judgements, judgements_as_at and authority_year_panel derive from this
-- view.
--
-- An inspection that could not be used (unused_inspections) starts no period: the authority keeps the judgements of its
-- previous inspection, and 'note' gives the reason.
--
-- An authority that replaced another does not inherit its grades: until its own first full inspection report_id is
-- null, and 'note' gives the reason.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- since: First day of the period; null if the authority existed before records begin
-- until: Last day of the period; null if it has not ended
-- report_id: Full inspection in force, as in full_inspections; null before the first
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
WITH dated_inspections AS (
    SELECT *, coalesce(first_published, inspection_end) AS since
    FROM full_inspections
    WHERE coalesce(first_published, inspection_end) IS NOT NULL
),

effective_inspections AS (
    SELECT *
    FROM dated_inspections
    QUALIFY coalesce(
        since < min(since) OVER (
            PARTITION BY urn
            ORDER BY coalesce(inspection_start, since), since, report_id
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ),
        true
    )
),

inspection_periods AS MATERIALIZED (
    SELECT
        urn,
        report_id,
        framework,
        in_care_and_care_leavers_grade,
        since,
        row_number() OVER (PARTITION BY urn ORDER BY since) AS position,
        lead(since) OVER (PARTITION BY urn ORDER BY since) - 1 AS last_day
    FROM effective_inspections
),

periods AS (
    SELECT
        authorities.urn,
        authorities.valid_from AS since,
        first_inspection.since - 1 AS last_day,
        NULL AS report_id,
        NULL AS framework,
        NULL AS in_care_and_care_leavers_grade
    FROM authorities
    LEFT JOIN inspection_periods AS first_inspection
        ON first_inspection.urn = authorities.urn AND first_inspection.position = 1

    UNION ALL BY NAME

    SELECT urn, since, last_day, report_id, framework, in_care_and_care_leavers_grade
    FROM inspection_periods
),

unused_notes AS (
    SELECT
        periods.urn,
        periods.since,
        string_agg(unused.note, '; ' ORDER BY unused.published, unused.report_id) AS note
    FROM periods
    JOIN unused_inspections AS unused
        ON unused.urn = periods.urn
        AND coalesce(unused.published, DATE '9999-12-31')
            BETWEEN coalesce(periods.since, DATE '0001-01-01') AND coalesce(periods.last_day, DATE '9999-12-31')
    GROUP BY periods.urn, periods.since
)

SELECT
    authorities.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    periods.since,
    least(periods.last_day, authorities.valid_to) AS until,
    periods.report_id,
    predecessors.predecessors,
    nullif(
        concat_ws(
            '; ',
            CASE
                WHEN periods.report_id IS NULL AND predecessors.urn IS NOT NULL
                    THEN 'Took over from ' || predecessors.predecessors || ' on ' || predecessors.first_day
                        || '; no full inspection of its own yet'
                WHEN periods.report_id IS NULL THEN 'No full inspection in this dataset'
                WHEN periods.framework = 'ilacs_2026' THEN 'Inspections from April 2026 give no overall grade'
                WHEN periods.in_care_and_care_leavers_grade IS NOT NULL
                    THEN 'Children in care and care leavers were judged together'
            END,
            unused_notes.note
        ),
        ''
    ) AS note
FROM periods
JOIN authorities ON authorities.urn = periods.urn
LEFT JOIN predecessors ON predecessors.urn = periods.urn
LEFT JOIN unused_notes
    ON unused_notes.urn = periods.urn AND unused_notes.since IS NOT DISTINCT FROM periods.since
WHERE
    periods.since IS NULL
    OR least(periods.last_day, authorities.valid_to) IS NULL
    OR periods.since <= least(periods.last_day, authorities.valid_to)
ORDER BY authorities.name, periods.since NULLS FIRST;
