-- Every view that states judgements, findings, themes or visits uses only reports that count.
--
-- Severity: blocking
WITH used_reports AS (
    SELECT 'area_send_inspections' AS view_name, report_id FROM area_send_inspections
    UNION ALL
    SELECT 'authority_timeline' AS view_name, report_id
    FROM authority_timeline
    WHERE headline_grade IS NOT NULL OR theme IS NOT NULL
    UNION ALL
    SELECT 'authority_year_panel' AS view_name, report_id FROM authority_year_panel
    UNION ALL
    SELECT 'full_inspections' AS view_name, report_id FROM full_inspections
    UNION ALL
    SELECT 'inspections_in_force' AS view_name, report_id FROM inspections_in_force
    UNION ALL
    SELECT 'joint_inspections' AS view_name, report_id FROM joint_inspections
    UNION ALL
    SELECT 'judgement_changes' AS view_name, report_id FROM judgement_changes
    UNION ALL
    SELECT 'judgement_history' AS view_name, unnest([report_id, previous_report_id]) AS report_id
    FROM judgement_history
    UNION ALL
    SELECT 'judgement_periods' AS view_name, report_id FROM judgement_periods
    UNION ALL
    SELECT 'judgements_as_at' AS view_name, report_id FROM judgements_as_at('9998-12-31')
    UNION ALL
    SELECT 'latest_judgements' AS view_name, report_id FROM latest_judgements
    UNION ALL
    SELECT 'latest_recommendations' AS view_name, report_id FROM latest_recommendations
    UNION ALL
    SELECT 'neighbour_comparison' AS view_name, neighbour_report_id AS report_id FROM neighbour_comparison
    UNION ALL
    SELECT 'official_comparison' AS view_name, report_id FROM official_comparison WHERE grade IS NOT NULL
    UNION ALL
    SELECT 'report_requests' AS view_name, report_id FROM report_requests
    UNION ALL
    SELECT 'report_themes' AS view_name, report_id FROM report_themes
    UNION ALL
    SELECT 'search_documents' AS view_name, report_id FROM search_documents
    UNION ALL
    SELECT 'superseded_reports' AS view_name, superseded_by AS report_id FROM superseded_reports
    UNION ALL
    SELECT 'time_since_inspection' AS view_name, report_id FROM time_since_inspection
    UNION ALL
    SELECT 'visits' AS view_name, report_id FROM visits
)

SELECT DISTINCT used_reports.view_name, used_reports.report_id
FROM used_reports
JOIN reports ON reports.report_id = used_reports.report_id AND NOT reports.counts;
