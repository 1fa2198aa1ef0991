-- What were an authority's statistical neighbours last asked to improve? One row for every recommendation to a neighbour.
--
-- Filter by urn or local_authority, and by area or theme: list_contains(themes, 'workforce_stability'). Recommendations are
-- those of the neighbour's latest full inspection, as in latest_judgements. Areas that the report does not print are inferred
-- (recommendation_areas).
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
    inspections.local_authority AS neighbour,
    inspections.inspection_start AS inspection_start_date,
    inspections.overall_effectiveness_grade,
    recommendations.report_id,
    recommendations.ordinal,
    recommendations.kind,
    areas.area_inferred AS area,
    areas.inferred_from,
    areas.themes,
    recommendations.text,
    recommendations.page
FROM statistical_neighbours AS pairs
JOIN authorities ON authorities.urn = pairs.urn
JOIN judgement_periods AS latest ON latest.urn = pairs.neighbour_urn AND latest.until IS NULL
JOIN full_inspections AS inspections ON inspections.report_id = latest.report_id
JOIN recommendations ON recommendations.report_id = latest.report_id
JOIN recommendation_areas AS areas
    ON areas.report_id = recommendations.report_id AND areas.ordinal = recommendations.ordinal
ORDER BY authorities.name, pairs.rank, recommendations.ordinal;
