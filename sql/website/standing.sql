-- How each authority of today stands: its latest full inspection, how long ago it was, and what it changed.
--
-- change_area is the area of which 'change' tells: overall effectiveness, or where the latest inspection gave none, leaders.
SELECT
    latest.*,
    waiting.as_at,
    waiting.years_since_inspection,
    waiting.next_inspection,
    waiting.visits_since,
    coalesce(overall.change, leaders.change) AS change,
    CASE WHEN overall.change IS NOT NULL THEN 'overall_effectiveness' WHEN leaders.change IS NOT NULL THEN 'leadership' END
        AS change_area,
    coalesce(overall.previous_grade, leaders.previous_grade) AS change_from,
    send.grade AS area_send_grade
FROM latest_judgements AS latest
JOIN time_since_inspection AS waiting ON waiting.urn = latest.urn
LEFT JOIN judgement_changes AS overall
    ON overall.urn = latest.urn AND overall.area = 'overall_effectiveness' AND overall.report_id = latest.report_id
LEFT JOIN judgement_changes AS leaders
    ON leaders.urn = latest.urn AND leaders.area = 'leadership' AND leaders.report_id = latest.report_id
LEFT JOIN judgement_changes AS send ON send.urn = latest.urn AND send.area = 'area_send_outcome'
ORDER BY latest.local_authority;
