-- What did each report ask for, all in one text? One row for every report that counts and has recommendations.
--
-- For tables with one row per report, such as visits, joint_inspections and area_send_inspections. A text has one
-- recommendation per line, in the order of the report. Only reports that count are used (reports.counts).
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- priority_actions: Number of priority actions
-- improvements: Number of other recommendations
-- priority_action_text: Priority actions; null if none
-- improvement_text: Other recommendations; null if none
SELECT
    rows.report_id,
    rows.urn,
    count(*) FILTER (WHERE rows.kind = 'priority_action') AS priority_actions,
    count(*) FILTER (WHERE rows.kind <> 'priority_action') AS improvements,
    string_agg(rows.text, chr(10) ORDER BY rows.ordinal) FILTER (WHERE rows.kind = 'priority_action')
        AS priority_action_text,
    string_agg(rows.text, chr(10) ORDER BY rows.ordinal) FILTER (WHERE rows.kind <> 'priority_action')
        AS improvement_text
FROM recommendations AS rows
JOIN reports ON reports.report_id = rows.report_id AND reports.counts
GROUP BY rows.report_id, rows.urn
ORDER BY rows.report_id;
