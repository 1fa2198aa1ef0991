-- Which full inspection is in force? One row for every current authority, with its grades as columns.
--
-- An authority without a full inspection of its own has a row without report. latest_judgements has the same inspections
-- with names, codes and neighbours.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- since: First day on which the inspection is in force; null if unknown
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
-- report_id: Report number; null without a full inspection
-- framework: Inspection framework: sif, ilacs_2018, ilacs_2023, ilacs_2026
-- inspection_type: standard, or short (at most seven days on site)
-- lead_inspector: Lead inspector, as printed
-- inspection_start: First day of the inspection, from the report
-- inspection_end: Last day of the inspection, from the report
-- published: Publication date listed on the site
-- first_published: First publication date; earlier than published only for republished reports
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- in_care_and_care_leavers_grade: Joint grade of both areas; null where they were judged separately
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- source_url: URL of the PDF
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
SELECT
    periods.urn,
    periods.local_authority,
    periods.region_name,
    periods.since,
    periods.predecessors,
    periods.note,
    full_inspections.* EXCLUDE (urn, local_authority, region_name)
FROM judgement_periods AS periods
LEFT JOIN full_inspections ON full_inspections.report_id = periods.report_id
WHERE periods.until IS NULL
ORDER BY periods.local_authority;
