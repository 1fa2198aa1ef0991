-- Grades in force that can be compared with the previous grade of the same area, newest inspection first.
--
-- A judgement without a previous grade is omitted. See judgement_changes.
SELECT
    changes.urn,
    changes.local_authority,
    changes.region_name,
    changes.area,
    changes.area_label,
    changes.change,
    changes.previous_grade,
    changes.previous_inspection_start,
    history.previous_report_id,
    changes.grade,
    changes.inspection_start,
    changes.report_id,
    changes.steps,
    history.published,
    coalesce(changes.inspection_start, history.published) AS judged_on
FROM judgement_changes AS changes
JOIN judgement_history AS history ON history.report_id = changes.report_id AND history.area = changes.area
LEFT JOIN areas ON areas.area = changes.area
WHERE changes.is_current AND changes.change IS NOT NULL
ORDER BY judged_on DESC NULLS LAST, changes.local_authority, changes.urn, areas.sort_order, changes.area;
