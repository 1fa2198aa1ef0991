-- What was each authority last asked to improve? One row for every recommendation of its latest full inspection.
--
-- The latest full inspection is that of latest_judgements. Areas that the report does not print are inferred
-- (recommendation_areas): read the text before relying on them. Former authorities are not included.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- inspection_start_date: First day of the inspection
-- publication_date: Publication date listed on the site
-- framework: Inspection framework
-- overall_effectiveness_grade: Overall effectiveness grade; null for inspections from April 2026
-- ordinal: Position among the recommendations of the report
-- kind: Kind of request
-- area: Judgement area, printed or inferred; null if nothing determines it
-- area_label: Label of the area
-- inferred_from: printed, heading, outcome, enabler or theme; null without an area
-- themes: Themes of the text, in alphabetical order; null if none
-- text: Text of the recommendation
-- page: Page on which the text starts, from 1
-- page_link: URL of the PDF at that page
-- report_id: Report number
SELECT
    inspections.urn,
    inspections.local_authority,
    inspections.region_name,
    inspections.inspection_start AS inspection_start_date,
    inspections.published AS publication_date,
    inspections.framework,
    inspections.overall_effectiveness_grade,
    recommendations.ordinal,
    recommendations.kind,
    inferred.area_inferred AS area,
    areas.label AS area_label,
    inferred.inferred_from,
    inferred.themes,
    recommendations.text,
    recommendations.page,
    inspections.source_url || '#page=' || recommendations.page AS page_link,
    recommendations.report_id
FROM inspections_in_force AS inspections
JOIN recommendations ON recommendations.report_id = inspections.report_id
JOIN recommendation_areas AS inferred
    ON inferred.report_id = recommendations.report_id AND inferred.ordinal = recommendations.ordinal
LEFT JOIN areas ON areas.area = inferred.area_inferred
ORDER BY inspections.local_authority, recommendations.ordinal;
