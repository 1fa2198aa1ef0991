-- Do the topics of visits agree with those that Ofsted records? One row for every visit with both.
--
-- Visits of official_coverage that are matched and for which Ofsted's spreadsheets give a theme.
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- event_date: First day of the visit
-- official_theme: Theme in Ofsted's words
-- official_topic: Code of that theme
-- theme: Theme, as printed in the letter
-- topics: Topics that were assigned to the printed theme; null if none
-- outcome: same (that topic only), included (among several), different, or unassigned
WITH assigned AS (
    SELECT report_id, any_value(theme) AS theme, list(topic ORDER BY topic) AS topics
    FROM report_topics
    WHERE topic IS NOT NULL
    GROUP BY report_id
)

SELECT
    coverage.report_id,
    coverage.urn,
    coverage.local_authority,
    coverage.event_date,
    coverage.official_theme,
    events.topic AS official_topic,
    reports.theme,
    assigned.topics,
    CASE
        WHEN assigned.topics IS NULL THEN 'unassigned'
        WHEN assigned.topics = [events.topic] THEN 'same'
        WHEN list_contains(assigned.topics, events.topic) THEN 'included'
        ELSE 'different'
    END AS outcome
FROM official_coverage AS coverage
JOIN official_inspections AS events
    ON events.urn = coverage.urn AND events.kind = coverage.kind AND events.event_date = coverage.event_date
JOIN reports ON reports.report_id = coverage.report_id
LEFT JOIN assigned ON assigned.report_id = coverage.report_id
WHERE coverage.outcome = 'matched' AND coverage.official_theme IS NOT NULL
ORDER BY coverage.local_authority, coverage.event_date;
