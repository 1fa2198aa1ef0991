-- All improvements, recommendations and priority actions, in the order of their report, with their area as inferred.
SELECT
    recommendations.report_id,
    recommendations.urn,
    recommendations.ordinal,
    recommendations.kind,
    recommendations.area,
    areas.area_inferred,
    areas.inferred_from,
    areas.themes,
    recommendations.section_title,
    recommendations.paragraph,
    recommendations.text,
    recommendations.page,
    coalesce(list_max([box.page FOR box IN recommendations.boxes]), recommendations.page) AS page_end
FROM recommendations
LEFT JOIN recommendation_areas AS areas
    ON areas.report_id = recommendations.report_id AND areas.ordinal = recommendations.ordinal
ORDER BY recommendations.report_id, recommendations.ordinal;
