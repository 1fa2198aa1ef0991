-- All judgements, also of reports that do not count, with the authority's previous grade of the same area, if there is one.
SELECT
    judgements.report_id,
    judgements.urn,
    reports.family,
    judgements.area,
    judgements.label,
    judgements.grade,
    judgements.grade_printed,
    judgements.status,
    judgements.counts,
    judgements.page,
    history.previous_grade,
    history.previous_inspection_start,
    history.previous_report_id,
    history.change,
    coalesce(reports.inspection_start, reports.published) AS judged_on
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
LEFT JOIN judgement_history AS history
    ON history.report_id = judgements.report_id AND history.area = judgements.area
ORDER BY judged_on NULLS FIRST, judgements.report_id, judgements.area;
