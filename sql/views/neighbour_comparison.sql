-- How do an authority's statistical neighbours compare? One row for every current authority and neighbour.
--
-- For local authority analysts: filter by urn or local_authority. Neighbours and closeness come from the May 2025
-- edition of the Department for Education's statistical neighbour model. Grades are those of latest_judgements: where
-- children in care and care leavers were judged jointly, the joint grade is in in_care_grade. The two inspections may
-- be years apart and under different frameworks; compare their dates and frameworks.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- rank: Rank of the neighbour, 1 is closest
-- closeness: Closeness category of the model
-- neighbour_urn: URN of the neighbour
-- neighbour: Short name of the neighbour
-- neighbour_region_name: Region of the neighbour
-- inspection_start_date: First day of the authority's latest full inspection
-- neighbour_inspection_start_date: First day of the neighbour's latest full inspection
-- framework: Framework of the authority's latest full inspection
-- neighbour_framework: Framework of the neighbour's latest full inspection
-- overall_effectiveness_grade: Overall effectiveness of the authority
-- neighbour_overall_effectiveness_grade: Overall effectiveness of the neighbour
-- impact_of_leaders_grade: Impact of leaders in the authority
-- neighbour_impact_of_leaders_grade: Impact of leaders in the neighbour
-- help_and_protection_grade: Help and protection in the authority
-- neighbour_help_and_protection_grade: Help and protection in the neighbour
-- in_care_grade: Children in care in the authority
-- neighbour_in_care_grade: Children in care in the neighbour
-- care_leavers_grade: Care leavers in the authority
-- neighbour_care_leavers_grade: Care leavers in the neighbour
-- neighbour_report_id: Report number of the neighbour's latest full inspection
-- neighbour_note: Reason for the neighbour's missing grades, and inspections that could not be used, if any
-- not_read: Areas of the authority whose judgement was not read, separated by '; '; null if none
-- neighbour_not_read: Areas of the neighbour whose judgement was not read, separated by '; '; null if none
WITH latest AS MATERIALIZED (
    FROM inspections_in_force
)

SELECT
    pairs.urn,
    authority.local_authority,
    pairs.rank,
    pairs.closeness,
    pairs.neighbour_urn,
    neighbour.local_authority AS neighbour,
    neighbour.region_name AS neighbour_region_name,
    authority.inspection_start AS inspection_start_date,
    neighbour.inspection_start AS neighbour_inspection_start_date,
    authority.framework,
    neighbour.framework AS neighbour_framework,
    authority.overall_effectiveness_grade,
    neighbour.overall_effectiveness_grade AS neighbour_overall_effectiveness_grade,
    authority.impact_of_leaders_grade,
    neighbour.impact_of_leaders_grade AS neighbour_impact_of_leaders_grade,
    authority.help_and_protection_grade,
    neighbour.help_and_protection_grade AS neighbour_help_and_protection_grade,
    authority.in_care_grade,
    neighbour.in_care_grade AS neighbour_in_care_grade,
    authority.care_leavers_grade,
    neighbour.care_leavers_grade AS neighbour_care_leavers_grade,
    neighbour.report_id AS neighbour_report_id,
    neighbour.note AS neighbour_note,
    authority.not_read,
    neighbour.not_read AS neighbour_not_read
FROM statistical_neighbours AS pairs
JOIN latest AS authority ON authority.urn = pairs.urn
JOIN latest AS neighbour ON neighbour.urn = pairs.neighbour_urn
ORDER BY authority.local_authority, pairs.rank;
