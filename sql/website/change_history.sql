-- All grades since 2012 that can be compared with the previous grade of the same area, newest inspection first.
SELECT
    urn,
    local_authority,
    region_name,
    family,
    framework,
    area,
    area_label,
    change,
    previous_grade,
    previous_inspection_start,
    previous_report_id,
    grade,
    inspection_start,
    published,
    report_id,
    source_url
FROM judgement_history
WHERE change IS NOT NULL
ORDER BY coalesce(inspection_start, published) DESC NULLS LAST, local_authority, urn, report_id, area;
