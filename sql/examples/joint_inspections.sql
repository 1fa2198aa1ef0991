-- What have joint inspections been about?
--
-- Joint targeted area inspections, by theme; the report says the rest.
SELECT reports.inspection_start, authorities.name, reports.framework, reports.theme
FROM reports
JOIN authorities ON authorities.urn = reports.urn
WHERE reports.family = 'jtai'
ORDER BY reports.inspection_start DESC;
