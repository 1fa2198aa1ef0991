-- Which topics does each visit or joint inspection have, all in one list? One row for every report with a topic.
--
-- For tables with one row per report, such as visits and joint_inspections; report_topics has one row per topic, with the
-- words that led to it. Only reports that count are used (reports.counts).
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- topics: Labels of the topics that the theme names, in alphabetical order
SELECT
    report_id,
    urn,
    list(topic_label ORDER BY topic_label) AS topics
FROM report_topics
WHERE topic IS NOT NULL
GROUP BY report_id, urn
ORDER BY report_id;
