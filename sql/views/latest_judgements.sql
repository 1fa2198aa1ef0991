-- What does the latest full inspection say of each authority? One row for every authority that exists today.
--
-- For local authorities' analysts: the first twenty columns bear the names, and stand in the order, of the workbooks
-- in use since 2022; further columns follow. Grades are the canonical words (requires_improvement).
--
-- The latest full inspection is the one with the latest first day among full_inspections: those under the single
-- inspection framework or ILACS that gave at least one grade, as far as they are published. An authority that took
-- over from another does not inherit its grades: until it is inspected itself its grades are empty, and 'note' says
-- so.
--
-- No word stands in for a grade that was not given. Until January 2023 ILACS judged children in care and care leavers
-- together: that grade stands in in_care_grade, care_leavers_grade is empty, and the grade is once more, under its
-- own name, in in_care_and_care_leavers_grade. Inspections from April 2026 give no overall grade:
-- overall_effectiveness_grade is empty.
--
-- Names of authorities hold commas, so that lists are parted by '; '. stat_neighbour_judgement gives the neighbours'
-- overall grades in the order of stat_neighbours, with nothing between the marks where there is none.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- la_code: Department for Education's three-digit code
-- region_code: ONS code of the region
-- la_code_new: ONS code of the authority's area, the latest
-- stat_neighbours: Its ten statistical neighbours, the closest first, parted by '; '
-- stat_neighbour_judgement: Their latest overall effectiveness, in the same order, parted by '; '
-- local_authority: Short name in common use
-- inspection_link: Public address of the report
-- overall_effectiveness_grade: Overall effectiveness; empty for inspections from April 2026
-- inspection_framework: standard, or short: at most seven days on site
-- inspector_name: Lead inspector, as printed
-- inspection_start_date: First day of the inspection
-- inspection_end_date: Last day of the inspection
-- publication_date: Day of publication, as the site lists it
-- local_link_to_all_inspections: Public address of the authority's page, which lists all its reports
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; until January 2023 under ILACS, children in care and care leavers
-- care_leavers_grade: Care leavers; empty where they were judged together with children in care
-- inspectors_inspections_count: Full inspections in this dataset that the same person, by the printed name, led
-- report_id: The report; judgements, findings and recommendations have it too
-- framework: Inspection framework: sif, ilacs_2018, ilacs_2023, ilacs_2026
-- in_care_and_care_leavers_grade: The joint grade under its own name; empty where they were judged apart
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- region_name: Region of England
-- predecessors: Authorities from which this one took over, parted by '; '
-- is_listed: Whether the site still lists the report
-- note: Why grades are empty, where they are
WITH latest AS MATERIALIZED (
    SELECT
        judgement_periods.urn,
        judgement_periods.predecessors,
        judgement_periods.note,
        full_inspections.* EXCLUDE (urn, local_authority, region_name)
    FROM judgement_periods
    LEFT JOIN full_inspections ON full_inspections.report_id = judgement_periods.report_id
    WHERE judgement_periods.until IS NULL
),

neighbours AS (
    SELECT
        pairs.urn,
        string_agg(authorities.name, '; ' ORDER BY pairs.rank) AS names,
        string_agg(coalesce(latest.overall_effectiveness_grade, ''), '; ' ORDER BY pairs.rank) AS grades
    FROM statistical_neighbours AS pairs
    JOIN authorities ON authorities.urn = pairs.neighbour_urn
    LEFT JOIN latest ON latest.urn = pairs.neighbour_urn
    GROUP BY pairs.urn
),

inspectors AS (
    SELECT lead_inspector, count(*) AS inspections
    FROM full_inspections
    GROUP BY lead_inspector
),

pages AS (
    SELECT urn, arg_max(provider_url, last_seen) AS url
    FROM publications
    GROUP BY urn
)

SELECT
    authorities.urn,
    authorities.dfe_code AS la_code,
    authorities.region_gss_code AS region_code,
    authorities.gss_code AS la_code_new,
    neighbours.names AS stat_neighbours,
    neighbours.grades AS stat_neighbour_judgement,
    authorities.name AS local_authority,
    latest.source_url AS inspection_link,
    latest.overall_effectiveness_grade,
    latest.inspection_type AS inspection_framework,
    latest.lead_inspector AS inspector_name,
    latest.inspection_start AS inspection_start_date,
    latest.inspection_end AS inspection_end_date,
    latest.published AS publication_date,
    pages.url AS local_link_to_all_inspections,
    latest.impact_of_leaders_grade,
    latest.help_and_protection_grade,
    latest.in_care_grade,
    latest.care_leavers_grade,
    inspectors.inspections AS inspectors_inspections_count,
    latest.report_id,
    latest.framework,
    latest.in_care_and_care_leavers_grade,
    latest.adoption_grade,
    latest.lscb_grade,
    authorities.region_name,
    latest.predecessors,
    publications.is_listed,
    latest.note
FROM authorities
JOIN latest ON latest.urn = authorities.urn
LEFT JOIN publications ON publications.report_id = latest.report_id
LEFT JOIN neighbours ON neighbours.urn = authorities.urn
LEFT JOIN inspectors ON inspectors.lead_inspector = latest.lead_inspector
LEFT JOIN pages ON pages.urn = authorities.urn
WHERE authorities.valid_to IS NULL
ORDER BY authorities.name;
