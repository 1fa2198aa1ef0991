-- What were the themes of joint inspections?
--
-- Joint targeted area inspections, latest first.
SELECT reports.inspection_start, authorities.name, reports.framework, reports.theme
FROM reports
JOIN authorities ON authorities.urn = reports.urn
WHERE reports.counts AND reports.family = 'jtai'
ORDER BY reports.inspection_start DESC;
