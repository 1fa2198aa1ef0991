-- What did the latest full inspection of each authority judge? One row for every current authority.
--
-- For local authority analysts: the first twenty columns have the names and order of the workbook in use since 2022;
-- further columns follow. Grades are canonical values such as requires_improvement.
--
-- The latest full inspection is the one with the latest first day in full_inspections: the published inspections
-- under the single inspection framework or ILACS that count (reports.counts) and have at least one grade. An authority that replaced another does not
-- inherit its grades: until its own first full inspection its grades are null, and 'note' gives the reason.
--
-- Grades that were not given are null. So are grades that could not be read: their areas are listed in not_read. Until January 2023 ILACS judged children in care and care leavers jointly: the
-- joint grade is in in_care_grade and in in_care_and_care_leavers_grade, and care_leavers_grade is null. Inspections
-- from April 2026 have no overall grade: overall_effectiveness_grade is null.
--
-- Lists are separated by '; ' because names of authorities contain commas. stat_neighbour_judgement lists the overall
-- grades in the order of stat_neighbours, with an empty entry where a neighbour has none.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- la_code: Department for Education's three-digit code of the authority
-- region_code: ONS code of the region
-- la_code_new: Latest ONS code of the authority's area
-- stat_neighbours: Its ten statistical neighbours, closest first, separated by '; '
-- stat_neighbour_judgement: Their latest overall effectiveness grades, in the same order, separated by '; '
-- local_authority: Short name of the authority
-- inspection_link: URL of the PDF
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- inspection_framework: standard, or short (at most seven days on site)
-- inspector_name: Lead inspector, as printed
-- inspection_start_date: First day of the inspection
-- inspection_end_date: Last day of the inspection
-- publication_date: Publication date listed on the site
-- local_link_to_all_inspections: URL of the authority's page on the site, which lists all its reports
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- inspectors_inspections_count: Number of full inspections in this dataset led by a person of the same printed name
-- report_id: Report number; joins to judgements, findings and recommendations
-- framework: Inspection framework: sif, ilacs_2018, ilacs_2023, ilacs_2026
-- in_care_and_care_leavers_grade: Joint grade of both areas; null where they were judged separately
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- region_name: Region of England
-- predecessors: Authorities that this one replaced, separated by '; '
-- is_listed: Whether the site still lists the report
-- note: Reason for missing grades, and inspections that could not be used, if any
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
WITH latest AS MATERIALIZED (
    FROM inspections_in_force
),

neighbour_grades AS (
    SELECT
        statistical_neighbours.urn,
        string_agg(
            coalesce(latest.overall_effectiveness_grade, ''), '; ' ORDER BY statistical_neighbours.rank
        ) AS grades
    FROM statistical_neighbours
    LEFT JOIN latest ON latest.urn = statistical_neighbours.neighbour_urn
    GROUP BY statistical_neighbours.urn
),

lead_inspectors AS (
    SELECT lead_inspector, count(*) AS inspections
    FROM full_inspections
    GROUP BY lead_inspector
),

provider_pages AS (
    SELECT urn, arg_max(provider_url, last_seen) AS url
    FROM publications
    GROUP BY urn
)

SELECT
    authorities.urn,
    authorities.dfe_code AS la_code,
    authorities.region_gss_code AS region_code,
    authorities.gss_code AS la_code_new,
    neighbour_lists.names AS stat_neighbours,
    neighbour_grades.grades AS stat_neighbour_judgement,
    authorities.name AS local_authority,
    latest.source_url AS inspection_link,
    latest.overall_effectiveness_grade,
    latest.inspection_type AS inspection_framework,
    latest.lead_inspector AS inspector_name,
    latest.inspection_start AS inspection_start_date,
    latest.inspection_end AS inspection_end_date,
    latest.published AS publication_date,
    provider_pages.url AS local_link_to_all_inspections,
    latest.impact_of_leaders_grade,
    latest.help_and_protection_grade,
    latest.in_care_grade,
    latest.care_leavers_grade,
    lead_inspectors.inspections AS inspectors_inspections_count,
    latest.report_id,
    latest.framework,
    latest.in_care_and_care_leavers_grade,
    latest.adoption_grade,
    latest.lscb_grade,
    authorities.region_name,
    latest.predecessors,
    publications.is_listed,
    latest.note,
    latest.not_read,
    latest.partial_reason
FROM authorities
JOIN latest ON latest.urn = authorities.urn
LEFT JOIN publications ON publications.report_id = latest.report_id
LEFT JOIN neighbour_lists ON neighbour_lists.urn = authorities.urn
LEFT JOIN neighbour_grades ON neighbour_grades.urn = authorities.urn
LEFT JOIN lead_inspectors ON lead_inspectors.lead_inspector = latest.lead_inspector
LEFT JOIN provider_pages ON provider_pages.urn = authorities.urn
WHERE authorities.valid_to IS NULL
ORDER BY authorities.name;
