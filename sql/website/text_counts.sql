-- Number of texts (findings and recommendations) by area, grade of the area, region and year of publication.
--
-- Each text counts once: a numbered recommendation, which is also in findings, as a recommendation only, and a republished
-- report in its last version. Only reports that count are used (reports.counts).
WITH texts AS (
    SELECT report_id, area
    FROM findings
    WHERE kind <> 'recommendation'
    UNION ALL
    SELECT report_id, area
    FROM recommendations
)

SELECT texts.area, judgements.grade, authorities.region_name, reports.publication_year, count(*) AS texts
FROM texts
JOIN reports ON reports.report_id = texts.report_id AND reports.counts
ANTI JOIN superseded_reports ON superseded_reports.report_id = texts.report_id
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN judgements ON judgements.report_id = texts.report_id AND judgements.area = texts.area
GROUP BY ALL
ORDER BY ALL;
