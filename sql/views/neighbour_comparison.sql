-- How do an authority's statistical neighbours stand? One row for every authority of today and each of its ten.
--
-- For an authority's analysts: filter by urn or local_authority. The neighbours are those of the Department for
-- Education's model in its edition of May 2025; closeness is the model's. Grades are those of latest_judgements:
-- where children in care and care leavers were judged together, the joint grade stands in in_care_grade. Two
-- inspections may lie years and a framework apart: the dates and frameworks stand beside them.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- rank: 1 is the closest neighbour
-- closeness: How close, in the model's words
-- neighbour_urn: The neighbour
-- neighbour: The neighbour's short name
-- neighbour_region_name: The neighbour's region
-- inspection_start_date: First day of the authority's latest full inspection
-- neighbour_inspection_start_date: First day of the neighbour's
-- framework: Framework of the authority's latest full inspection
-- neighbour_framework: Framework of the neighbour's
-- overall_effectiveness_grade: The authority's overall effectiveness
-- neighbour_overall_effectiveness_grade: The neighbour's
-- impact_of_leaders_grade: The authority's impact of leaders
-- neighbour_impact_of_leaders_grade: The neighbour's
-- help_and_protection_grade: The authority's help and protection
-- neighbour_help_and_protection_grade: The neighbour's
-- in_care_grade: The authority's children in care
-- neighbour_in_care_grade: The neighbour's
-- care_leavers_grade: The authority's care leavers
-- neighbour_care_leavers_grade: The neighbour's
-- neighbour_report_id: The neighbour's report
-- neighbour_note: Why the neighbour's grades are empty, where they are
WITH latest AS MATERIALIZED (
    SELECT
        judgement_periods.urn,
        judgement_periods.local_authority,
        judgement_periods.region_name,
        judgement_periods.note,
        full_inspections.* EXCLUDE (urn, local_authority, region_name)
    FROM judgement_periods
    LEFT JOIN full_inspections ON full_inspections.report_id = judgement_periods.report_id
    WHERE judgement_periods.until IS NULL
)

SELECT
    pairs.urn,
    own.local_authority,
    pairs.rank,
    pairs.closeness,
    pairs.neighbour_urn,
    other.local_authority AS neighbour,
    other.region_name AS neighbour_region_name,
    own.inspection_start AS inspection_start_date,
    other.inspection_start AS neighbour_inspection_start_date,
    own.framework,
    other.framework AS neighbour_framework,
    own.overall_effectiveness_grade,
    other.overall_effectiveness_grade AS neighbour_overall_effectiveness_grade,
    own.impact_of_leaders_grade,
    other.impact_of_leaders_grade AS neighbour_impact_of_leaders_grade,
    own.help_and_protection_grade,
    other.help_and_protection_grade AS neighbour_help_and_protection_grade,
    own.in_care_grade,
    other.in_care_grade AS neighbour_in_care_grade,
    own.care_leavers_grade,
    other.care_leavers_grade AS neighbour_care_leavers_grade,
    other.report_id AS neighbour_report_id,
    other.note AS neighbour_note
FROM statistical_neighbours AS pairs
JOIN latest AS own ON own.urn = pairs.urn
JOIN latest AS other ON other.urn = pairs.neighbour_urn
ORDER BY own.local_authority, pairs.rank;
