-- What were visits and joint inspections about, by topic?
--
-- Topics are assigned to the printed themes by words; a letter may have several. topic_comparison compares them with
-- Ofsted's own.
SELECT family, coalesce(topic_label, '(none)') AS topic_label, count(*) AS reports, min(publication_year) AS first_year,
    max(publication_year) AS last_year
FROM report_topics
GROUP BY family, topic_label
ORDER BY family DESC, reports DESC, topic_label;
