-- Which themes do recommendations mention most often?
--
-- Recommendations of ILACS inspections and visits.
SELECT matches.theme, count(*) AS recommendations, count(DISTINCT matches.urn) AS authorities
FROM theme_matches AS matches
JOIN reports
    ON reports.report_id = matches.report_id AND reports.counts AND starts_with(reports.framework, 'ilacs_')
WHERE matches.source_table = 'recommendations'
GROUP BY matches.theme
ORDER BY recommendations DESC, matches.theme
LIMIT 10;
