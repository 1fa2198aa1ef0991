-- Which judgements stood at the end of each year? One row for every authority and year in which it existed on 31
-- March.
--
-- For regressions and for joining with statistics of the year ending 31 March (children looked after, children in
-- need, spending). The years are those of reporting_years: the last is the year under way, as at the newest
-- publication in this dataset. Every authority has a row for every year of its life, judged yet or not; nothing is
-- carried over from predecessors. Ranks are 1 (outstanding) to 4 (inadequate).
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- year: Year ending 31 March
-- as_at: Day on which the judgements stood: 31 March, or the newest publication if that is earlier
-- is_complete: Whether the year had ended by the newest publication in this dataset
-- la_code: Department for Education's three-digit code
-- la_code_new: ONS code of the authority's area on that day
-- local_authority: Short name in common use
-- region_name: Region of England
-- framework: Inspection framework of the judgements that stood
-- inspection_start_date: First day of that inspection
-- publication_date: Day of its publication
-- years_since_publication: Years from its publication to as_at, two decimals
-- inspected_in_year: Whether a full inspection was published in the year
-- overall_effectiveness_grade: Overall effectiveness; empty for inspections from April 2026
-- overall_effectiveness_rank: Its rank, 1 the best
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- impact_of_leaders_rank: Its rank, 1 the best
-- help_and_protection_grade: Children who need help and protection
-- help_and_protection_rank: Its rank, 1 the best
-- in_care_grade: Children in care; until January 2023 under ILACS, children in care and care leavers
-- in_care_rank: Its rank, 1 the best
-- care_leavers_grade: Care leavers; empty where they were judged together with children in care
-- care_leavers_rank: Its rank, 1 the best
-- report_id: The report; null where no full inspection had been published
-- predecessors: Authorities from which this one took over, parted by '; '
-- note: Why grades are empty, where they are
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
    judgement_periods.note
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
