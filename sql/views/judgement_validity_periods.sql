-- Which grades were in force from when to when? One row for every authority and period, without gaps.
--
-- judgement_periods with the grades of the inspection in force, for joining to other data by date. Grades are not inherited
-- from predecessors: they are null before an authority's first full inspection, and 'note' gives the reason.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- valid_from: First day of the period; null if the authority existed before records begin
-- valid_to: Last day of the period; null if it has not ended
-- report_id: Full inspection in force; null before the first
-- framework: Inspection framework
-- publication_date: Publication date of the report
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
SELECT
    periods.urn,
    periods.local_authority,
    periods.region_name,
    periods.since AS valid_from,
    periods.until AS valid_to,
    periods.report_id,
    inspections.framework,
    inspections.published AS publication_date,
    inspections.overall_effectiveness_grade,
    inspections.impact_of_leaders_grade,
    inspections.help_and_protection_grade,
    inspections.in_care_grade,
    inspections.care_leavers_grade,
    periods.predecessors,
    periods.note
FROM judgement_periods AS periods
LEFT JOIN full_inspections AS inspections ON inspections.report_id = periods.report_id
ORDER BY periods.local_authority, periods.urn, periods.since NULLS FIRST;
