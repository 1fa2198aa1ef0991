-- Who led the most full inspections?
--
-- Names as printed. Whoever wants none leaves out inspectors and lead_inspector.
SELECT lead_inspector, count(*) AS inspections, min(inspection_start) AS first_one, max(inspection_start) AS last_one
FROM full_inspections
WHERE lead_inspector IS NOT NULL
GROUP BY lead_inspector
ORDER BY inspections DESC, lead_inspector
LIMIT 5;
