-- Which judgements were in force at the end of each year? One row for every authority and year ending 31 March.
--
-- A panel for regressions and for joining statistics of the year ending 31 March (children looked after, children in
-- need, spending). An authority has a row for every reporting year on whose as_at day it existed, whether or not it
-- had been inspected; grades are not inherited from predecessors. The last year is the current, incomplete one
-- (reporting_years). Ranks run from 1 (outstanding) to 4 (inadequate). Official indicators are those of the same year: null
-- where none is published (authority_indicators has the reason). They are not a cause or an effect of the grades.
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
-- re_referrals: Re-referrals, per cent
-- children_in_need: Children in need per 10,000 children
-- child_protection_plans: Child protection plans per 10,000 children
-- second_plans: Second or subsequent child protection plans, per cent
-- looked_after: Children looked after per 10,000 children, from 2021
-- placement_stability: Children looked after with three or more placements in the year, per cent, from 2021
-- suitable_accommodation: Care leavers in suitable accommodation, per cent, from 2021
-- education_employment_training: Care leavers in education, employment or training, per cent, from 2021
-- caseload: Average caseload of social workers on 30 September of the year, from 2017
-- social_worker_turnover: Social worker turnover in the year to 30 September, per cent, from 2017
-- social_worker_vacancies: Social worker vacancy rate on 30 September of the year, per cent, from 2017
-- agency_social_workers: Agency social workers on 30 September of the year, per cent, from 2017
-- population_0_17: Population aged 0 to 17 in the middle of the year before
WITH figures AS (
    SELECT
        urn,
        year,
        max(value) FILTER (WHERE indicator = 're_referrals') AS re_referrals,
        max(value) FILTER (WHERE indicator = 'children_in_need') AS children_in_need,
        max(value) FILTER (WHERE indicator = 'child_protection_plans') AS child_protection_plans,
        max(value) FILTER (WHERE indicator = 'second_plans') AS second_plans,
        max(value) FILTER (WHERE indicator = 'looked_after') AS looked_after,
        max(value) FILTER (WHERE indicator = 'placement_stability') AS placement_stability,
        max(value) FILTER (WHERE indicator = 'suitable_accommodation') AS suitable_accommodation,
        max(value) FILTER (WHERE indicator = 'education_employment_training') AS education_employment_training,
        max(value) FILTER (WHERE indicator = 'caseload') AS caseload,
        max(value) FILTER (WHERE indicator = 'social_worker_turnover') AS social_worker_turnover,
        max(value) FILTER (WHERE indicator = 'social_worker_vacancies') AS social_worker_vacancies,
        max(value) FILTER (WHERE indicator = 'agency_social_workers') AS agency_social_workers
    FROM authority_indicators
    WHERE urn IS NOT NULL
    GROUP BY urn, year
),

ranks AS (
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
    full_inspections.partial_reason,
    figures.re_referrals,
    figures.children_in_need,
    figures.child_protection_plans,
    figures.second_plans,
    figures.looked_after,
    figures.placement_stability,
    figures.suitable_accommodation,
    figures.education_employment_training,
    figures.caseload,
    figures.social_worker_turnover,
    figures.social_worker_vacancies,
    figures.agency_social_workers,
    population.value AS population_0_17
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
LEFT JOIN figures ON figures.urn = judgement_periods.urn AND figures.year = years.year
LEFT JOIN authority_indicators AS population
    ON population.urn = judgement_periods.urn
    AND population.indicator = 'population_0_17'
    AND population.year = years.year - 1
ORDER BY authorities.name, authorities.urn, years.year;
