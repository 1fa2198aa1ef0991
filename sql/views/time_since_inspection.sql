-- Who is likely to be inspected next? One row for every authority of today, the longest waiting first.
--
-- For planning. Time is counted from the last day of the latest full inspection to as_at, the newest publication
-- in this dataset; for any other day, subtract the dates. The rule of ILACS, since 2018: an authority judged
-- good or outstanding overall is next inspected by a short inspection (one week on site), one that requires
-- improvement by a standard one (two weeks), each about three years after the last; one judged
-- inadequate by a standard one after monitoring visits, when Ofsted sees fit. A rule of thumb of Ofsted's, not an
-- appointment: the pandemic suspended it, and concerns bring inspectors sooner.
--
-- An authority that took over from another and was not inspected itself waits since its first day, and 'note' says
-- so; one of which this dataset has no full inspection comes last. Inspections from April 2026 give no overall grade:
-- by which kind of inspection they are followed is not said.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- region_name: Region of England
-- as_at: The newest publication in this dataset
-- inspection_start_date: First day of the latest full inspection
-- inspection_end_date: Last day of it
-- publication_date: Day of its publication
-- framework: Inspection framework under which it was made
-- overall_effectiveness_grade: The overall grade it gave
-- days_since_inspection: Days from its last day to as_at; null if there was none
-- years_since_inspection: The same in years, two decimals
-- next_inspection: short or standard, by the rule; null where it does not say
-- about_three_years_on: The day three years after its last day; null for inadequate, where the rule sets no time
-- visits_since: Focused and monitoring visits published since
-- last_visit_published: Day on which the last of them was published
-- report_id: The report of the latest full inspection
-- predecessors: Authorities from which this one took over, parted by '; '
-- note: Why grades are empty, where they are
WITH visits AS (
    SELECT publications.urn, judgement_periods.report_id, count(*) AS visits, max(publications.published) AS last
    FROM judgement_periods
    JOIN publications
        ON publications.urn = judgement_periods.urn
        AND publications.published >= coalesce(judgement_periods.since, DATE '0001-01-01')
        AND publications.family IN ('focused_visit', 'monitoring_visit')
    ANTI JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
    WHERE judgement_periods.until IS NULL
    GROUP BY publications.urn, judgement_periods.report_id
),

waiting AS (
    SELECT
        judgement_periods.*,
        full_inspections.* EXCLUDE (urn, report_id, local_authority, region_name),
        coalesce(full_inspections.inspection_end, full_inspections.published) AS ended,
        predecessors.first_day,
        (SELECT max(published) FROM publications) AS as_at
    FROM judgement_periods
    JOIN authorities ON authorities.urn = judgement_periods.urn AND authorities.valid_to IS NULL
    LEFT JOIN full_inspections ON full_inspections.report_id = judgement_periods.report_id
    LEFT JOIN predecessors ON predecessors.urn = judgement_periods.urn
    WHERE judgement_periods.until IS NULL
)

SELECT
    waiting.urn,
    waiting.local_authority,
    waiting.region_name,
    waiting.as_at,
    waiting.inspection_start AS inspection_start_date,
    waiting.inspection_end AS inspection_end_date,
    waiting.published AS publication_date,
    waiting.framework,
    waiting.overall_effectiveness_grade,
    waiting.as_at - waiting.ended AS days_since_inspection,
    round((waiting.as_at - waiting.ended) / 365.25, 2) AS years_since_inspection,
    CASE
        WHEN waiting.overall_effectiveness_grade IN ('outstanding', 'good') THEN 'short'
        WHEN waiting.overall_effectiveness_grade IN ('requires_improvement', 'inadequate') THEN 'standard'
    END AS next_inspection,
    CASE
        WHEN waiting.overall_effectiveness_grade IS DISTINCT FROM 'inadequate'
            THEN CAST(waiting.ended + INTERVAL 3 YEAR AS DATE)
    END AS about_three_years_on,
    coalesce(visits.visits, 0) AS visits_since,
    visits.last AS last_visit_published,
    waiting.report_id,
    waiting.predecessors,
    waiting.note
FROM waiting
LEFT JOIN visits ON visits.urn = waiting.urn
ORDER BY coalesce(waiting.ended, waiting.first_day) NULLS LAST, waiting.local_authority;
