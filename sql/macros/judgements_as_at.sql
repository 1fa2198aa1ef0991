-- Which judgements were in force on a given day? One row for every authority that existed on that day:
-- judgements_as_at('2019-03-31').
--
-- Includes former authorities up to their last day and successors from their first day. The judgements of a full
-- inspection are in force from its publication (judgement_periods). Columns have the same names and meanings as in
-- latest_judgements.
--
-- Parameters:
-- day: A date, or a string such as '2019-03-31'
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- la_code: Department for Education's three-digit code of the authority
-- la_code_new: ONS code of the authority's area on that day
-- local_authority: Short name of the authority
-- region_name: Region of England
-- inspection_link: URL of the PDF
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- in_care_and_care_leavers_grade: Joint grade of both areas; null where they were judged separately
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- framework: Inspection framework
-- inspection_start_date: First day of the inspection
-- inspection_end_date: Last day of the inspection
-- publication_date: Publication date listed on the site
-- report_id: Report number; null if no full inspection had been published
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
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
    judgement_periods.note,
    full_inspections.not_read,
    full_inspections.partial_reason
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
