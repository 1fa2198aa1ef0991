-- Which judgements stood on a given day? One row for every authority that existed on it:
-- judgements_as_at('2019-03-31').
--
-- Former authorities are there on days before their end, and their successors from their own first day. A full
-- inspection's judgements stand from the day of publication (judgement_periods). The columns have the names and the
-- meaning that they have in latest_judgements.
--
-- Parameters:
-- day: A date, or a text like '2019-03-31'
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- la_code: Department for Education's three-digit code
-- la_code_new: ONS code of the authority's area on that day
-- local_authority: Short name in common use
-- region_name: Region of England
-- inspection_link: Public address of the report
-- overall_effectiveness_grade: Overall effectiveness; empty for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; until January 2023 under ILACS, children in care and care leavers
-- care_leavers_grade: Care leavers; empty where they were judged together with children in care
-- in_care_and_care_leavers_grade: The joint grade under its own name; empty where they were judged apart
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- framework: Inspection framework
-- inspection_start_date: First day of the inspection
-- inspection_end_date: Last day of the inspection
-- publication_date: Day of publication, as the site lists it
-- report_id: The report; null where no full inspection had been published
-- predecessors: Authorities from which this one took over, parted by '; '
-- note: Why grades are empty, where they are
SELECT
    authorities.urn,
    authorities.dfe_code AS la_code,
    gss_codes.gss_code AS la_code_new,
    authorities.name AS local_authority,
    authorities.region_name,
    full_inspections.source_url AS inspection_link,
    full_inspections.overall_effectiveness_grade,
    full_inspections.impact_of_leaders_grade,
    full_inspections.help_and_protection_grade,
    full_inspections.in_care_grade,
    full_inspections.care_leavers_grade,
    full_inspections.in_care_and_care_leavers_grade,
    full_inspections.adoption_grade,
    full_inspections.lscb_grade,
    full_inspections.framework,
    full_inspections.inspection_start AS inspection_start_date,
    full_inspections.inspection_end AS inspection_end_date,
    full_inspections.published AS publication_date,
    judgement_periods.report_id,
    judgement_periods.predecessors,
    judgement_periods.note
FROM judgement_periods
JOIN authorities ON authorities.urn = judgement_periods.urn
LEFT JOIN full_inspections ON full_inspections.report_id = judgement_periods.report_id
LEFT JOIN gss_codes
    ON gss_codes.urn = judgement_periods.urn
    AND CAST(day AS DATE) BETWEEN coalesce(gss_codes.valid_from, DATE '0001-01-01')
        AND coalesce(gss_codes.valid_to, DATE '9999-12-31')
WHERE CAST(day AS DATE) BETWEEN coalesce(judgement_periods.since, DATE '0001-01-01')
    AND coalesce(judgement_periods.until, DATE '9999-12-31')
ORDER BY authorities.name;
