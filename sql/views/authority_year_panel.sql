-- Which judgements were in force at the end of each year? One row for every authority and year ending 31 March.
--
-- A panel for regressions and for joining statistics of the year ending 31 March (children looked after, children in
-- need, spending). An authority has a row for every reporting year on whose as_at day it existed, whether or not it
-- had been inspected; grades are not inherited from predecessors. The last year is the current, incomplete one
-- (reporting_years). Ranks run from 1 (outstanding) to 4 (inadequate).
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- year: Year ending 31 March
-- as_at: Reference date: 31 March, or the newest publication date if that is earlier
-- is_complete: Whether the year had ended by the newest publication date
-- la_code: Department for Education's three-digit code of the authority
-- la_code_new: ONS code of the authority's area on the reference date
-- local_authority: Short name of the authority
-- region_name: Region of England
-- framework: Inspection framework of the judgements in force
-- inspection_start_date: First day of that inspection
-- publication_date: Publication date of its report
-- years_since_publication: Years from publication to as_at, rounded to two decimals
-- inspected_in_year: Whether a full inspection was published in the year
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- overall_effectiveness_rank: Rank of that grade, 1 is best
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- impact_of_leaders_rank: Rank of that grade, 1 is best
-- help_and_protection_grade: Children who need help and protection
-- help_and_protection_rank: Rank of that grade, 1 is best
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- in_care_rank: Rank of that grade, 1 is best
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- care_leavers_rank: Rank of that grade, 1 is best
-- report_id: Report number; null if no full inspection had been published
-- predecessors: Authorities that this one replaced, separated by '; '
-- note: Reason for missing grades, and inspections that could not be used, if any
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
WITH ranks AS (
    SELECT
        report_id,
        max(grade_rank) FILTER (WHERE area = 'overall_effectiveness') AS overall_effectiveness,
        max(grade_rank) FILTER (WHERE area = 'leadership') AS leadership,
        max(grade_rank) FILTER (WHERE area = 'help_and_protection') AS help_and_protection,
        max(grade_rank) FILTER (WHERE area IN ('in_care', 'in_care_and_care_leavers')) AS in_care,
        max(grade_rank) FILTER (WHERE area = 'care_leavers') AS care_leavers
    FROM judgements
    GROUP BY report_id
)

SELECT
    authorities.urn,
    years.year,
    years.as_at,
    years.is_complete,
    authorities.dfe_code AS la_code,
    gss_codes.gss_code AS la_code_new,
    authorities.name AS local_authority,
    authorities.region_name,
    full_inspections.framework,
    full_inspections.inspection_start AS inspection_start_date,
    full_inspections.published AS publication_date,
    round((years.as_at - full_inspections.first_published) / 365.25, 2) AS years_since_publication,
    coalesce(full_inspections.first_published > make_date(years.year - 1, 3, 31), false) AS inspected_in_year,
    full_inspections.overall_effectiveness_grade,
    ranks.overall_effectiveness AS overall_effectiveness_rank,
    full_inspections.impact_of_leaders_grade,
    ranks.leadership AS impact_of_leaders_rank,
    full_inspections.help_and_protection_grade,
    ranks.help_and_protection AS help_and_protection_rank,
    full_inspections.in_care_grade,
    ranks.in_care AS in_care_rank,
    full_inspections.care_leavers_grade,
    ranks.care_leavers AS care_leavers_rank,
    judgement_periods.report_id,
    judgement_periods.predecessors,
    judgement_periods.note,
    full_inspections.not_read,
    full_inspections.partial_reason
FROM reporting_years AS years
JOIN judgement_periods
    ON years.as_at BETWEEN coalesce(judgement_periods.since, DATE '0001-01-01')
        AND coalesce(judgement_periods.until, DATE '9999-12-31')
JOIN authorities ON authorities.urn = judgement_periods.urn
LEFT JOIN full_inspections ON full_inspections.report_id = judgement_periods.report_id
LEFT JOIN ranks ON ranks.report_id = judgement_periods.report_id
LEFT JOIN gss_codes
    ON gss_codes.urn = judgement_periods.urn
    AND years.as_at BETWEEN coalesce(gss_codes.valid_from, DATE '0001-01-01')
        AND coalesce(gss_codes.valid_to, DATE '9999-12-31')
ORDER BY authorities.name, authorities.urn, years.year;
