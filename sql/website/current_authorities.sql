-- Current authorities with the judgements of their latest full inspection, its age and the change that it brought.
--
-- 'change' compares overall effectiveness with the previous inspection; if the latest inspection gave no overall grade,
-- it compares leadership. change_area names the area compared. The grades are all columns of full_inspections that end
-- in _grade; other_grades are the grades in force from reports of other families, such as area SEND.
SELECT
    latest.* NOT LIKE '%_grade',
    full_inspections.* LIKE '%_grade',
    elapsed.as_at,
    elapsed.years_since_inspection,
    elapsed.next_inspection,
    elapsed.visits_since,
    coalesce(overall.change, leaders.change) AS change,
    CASE WHEN overall.change IS NOT NULL THEN 'overall_effectiveness' WHEN leaders.change IS NOT NULL THEN 'leadership' END
        AS change_area,
    coalesce(overall.previous_grade, leaders.previous_grade) AS change_from,
    coalesce(other.grades, []) AS other_grades,
    latest.urn IN (
        SELECT unused.urn
        FROM unused_inspections AS unused
        JOIN judgement_periods AS periods ON periods.urn = unused.urn AND periods.until IS NULL
        WHERE coalesce(unused.published, DATE '9999-12-31') >= coalesce(periods.since, DATE '0001-01-01')
    ) AS has_unused_inspection
FROM latest_judgements AS latest
JOIN time_since_inspection AS elapsed ON elapsed.urn = latest.urn
LEFT JOIN judgement_changes AS overall
    ON overall.urn = latest.urn AND overall.area = 'overall_effectiveness' AND overall.report_id = latest.report_id
LEFT JOIN judgement_changes AS leaders
    ON leaders.urn = latest.urn AND leaders.area = 'leadership' AND leaders.report_id = latest.report_id
LEFT JOIN full_inspections ON full_inspections.report_id = latest.report_id
LEFT JOIN (
    SELECT
        judgement_changes.urn,
        list({'area': judgement_changes.area, 'grade': judgement_changes.grade} ORDER BY areas.sort_order) AS grades
    FROM judgement_changes
    JOIN areas ON areas.area = judgement_changes.area
    JOIN reports ON reports.report_id = judgement_changes.report_id
    WHERE judgement_changes.is_current AND reports.family <> 'inspection'
    GROUP BY judgement_changes.urn
) AS other ON other.urn = latest.urn
ORDER BY latest.local_authority;
