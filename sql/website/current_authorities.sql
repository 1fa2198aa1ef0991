-- Current authorities with the judgements of their latest full inspection, its age and the change that it brought.
--
-- 'change' compares overall effectiveness with the previous inspection; if the latest inspection gave no overall grade,
-- it compares leadership. change_area names the area compared.
SELECT
    latest.*,
    elapsed.as_at,
    elapsed.years_since_inspection,
    elapsed.next_inspection,
    elapsed.visits_since,
    coalesce(overall.change, leaders.change) AS change,
    CASE WHEN overall.change IS NOT NULL THEN 'overall_effectiveness' WHEN leaders.change IS NOT NULL THEN 'leadership' END
        AS change_area,
    coalesce(overall.previous_grade, leaders.previous_grade) AS change_from,
    send.grade AS area_send_grade,
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
LEFT JOIN judgement_changes AS send ON send.urn = latest.urn AND send.area = 'area_send_outcome'
ORDER BY latest.local_authority;
