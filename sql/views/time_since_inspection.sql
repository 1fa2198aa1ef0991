-- Which authorities are likely to be inspected next? One row for every current authority, longest wait first.
--
-- Days are counted from the last day of the latest full inspection to as_at, the newest publication date in this
-- dataset. Under the ILACS policy since 2018, authorities judged good or outstanding overall next have a short
-- inspection (one week on site) and those that require improvement a standard one (two weeks), about three years after
-- the last; inadequate authorities have monitoring visits and then a standard inspection at a time that Ofsted
-- decides. This is guidance, not a schedule: the pandemic suspended it, and concerns can bring an inspection forward.
--
-- An authority that replaced another and has no full inspection of its own is sorted by its first day, and 'note'
-- gives the reason; other authorities without a full inspection in this dataset come last. For inspections from April
-- 2026, which have no overall grade, the type of the next inspection is unknown.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- as_at: Newest publication date in this dataset
-- inspection_start_date: First day of the latest full inspection
-- inspection_end_date: Last day of the latest full inspection
-- publication_date: Publication date of its report
-- framework: Inspection framework
-- overall_effectiveness_grade: Overall effectiveness grade
-- days_since_inspection: Days from the last day of the inspection to as_at; null without an inspection
-- years_since_inspection: The same in years, rounded to two decimals
-- next_inspection: Type expected by the policy: short or standard; null if the policy does not specify it
-- about_three_years_on: Three years after the last day; null for inadequate, which has no fixed interval
-- visits_since: Number of focused and monitoring visits published since
-- last_visit_published: Publication date of the last of these visits
-- report_id: Report number of the latest full inspection
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
WITH in_force AS MATERIALIZED (
    FROM inspections_in_force
),

visits AS (
    SELECT
        publications.urn,
        in_force.report_id,
        count(*) AS visit_count,
        max(publications.published) AS last_published
    FROM in_force
    JOIN publications
        ON publications.urn = in_force.urn
        AND publications.published >= coalesce(in_force.since, DATE '0001-01-01')
        AND publications.family IN ('focused_visit', 'monitoring_visit')
    JOIN reports ON reports.report_id = publications.report_id AND reports.counts
    ANTI JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
    GROUP BY publications.urn, in_force.report_id
),

latest AS (
    SELECT
        in_force.*,
        coalesce(in_force.inspection_end, in_force.published) AS last_day,
        predecessors.first_day,
        (SELECT max(published) FROM publications) AS as_at
    FROM in_force
    LEFT JOIN predecessors ON predecessors.urn = in_force.urn
)

SELECT
    latest.urn,
    latest.local_authority,
    latest.region_name,
    latest.as_at,
    latest.inspection_start AS inspection_start_date,
    latest.inspection_end AS inspection_end_date,
    latest.published AS publication_date,
    latest.framework,
    latest.overall_effectiveness_grade,
    latest.as_at - latest.last_day AS days_since_inspection,
    round((latest.as_at - latest.last_day) / 365.25, 2) AS years_since_inspection,
    CASE
        WHEN latest.overall_effectiveness_grade IN ('outstanding', 'good') THEN 'short'
        WHEN latest.overall_effectiveness_grade IN ('requires_improvement', 'inadequate') THEN 'standard'
    END AS next_inspection,
    CASE
        WHEN latest.overall_effectiveness_grade IS DISTINCT FROM 'inadequate'
            THEN CAST(latest.last_day + INTERVAL 3 YEAR AS DATE)
    END AS about_three_years_on,
    coalesce(visits.visit_count, 0) AS visits_since,
    visits.last_published AS last_visit_published,
    latest.report_id,
    latest.predecessors,
    latest.note,
    latest.not_read
FROM latest
LEFT JOIN visits ON visits.urn = latest.urn
ORDER BY coalesce(latest.last_day, latest.first_day) NULLS LAST, latest.local_authority;
