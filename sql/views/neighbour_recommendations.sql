-- What were an authority's statistical neighbours last asked to improve? One row for every recommendation to a neighbour.
--
-- Filter by urn or local_authority, and by area or theme: list_contains(themes, 'workforce_stability'). Recommendations are
-- those of latest_recommendations.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- rank: Rank of the neighbour, 1 is closest
-- closeness: Closeness category of the model
-- neighbour_urn: URN of the neighbour
-- neighbour: Short name of the neighbour
-- inspection_start_date: First day of the neighbour's latest full inspection
-- overall_effectiveness_grade: Overall effectiveness of the neighbour
-- report_id: Report number of that inspection
-- ordinal: Position among the recommendations of the report
-- kind: Kind of request
-- area: Area, printed or inferred; null if nothing determines it
-- inferred_from: printed, heading, outcome, enabler or theme; null without an area
-- themes: Themes of the text; null if none
-- text: Text of the recommendation
-- page: Page on which the text starts, from 1
SELECT
    pairs.urn,
    authorities.name AS local_authority,
    pairs.rank,
    pairs.closeness,
    pairs.neighbour_urn,
    latest.local_authority AS neighbour,
    latest.inspection_start_date,
    latest.overall_effectiveness_grade,
    latest.report_id,
    latest.ordinal,
    latest.kind,
    latest.area,
    latest.inferred_from,
    latest.themes,
    latest.text,
    latest.page
FROM statistical_neighbours AS pairs
JOIN authorities ON authorities.urn = pairs.urn
JOIN latest_recommendations AS latest ON latest.urn = pairs.neighbour_urn
ORDER BY authorities.name, pairs.rank, latest.ordinal;
