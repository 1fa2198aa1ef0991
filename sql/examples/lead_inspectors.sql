-- Who led the most full inspections?
--
-- Names are as printed. To exclude them, drop the table inspectors and the columns lead_inspector and inspector_name.
SELECT
    lead_inspector,
    count(*) AS inspections,
    min(inspection_start) AS first_inspection,
    max(inspection_start) AS last_inspection
FROM full_inspections
WHERE lead_inspector IS NOT NULL
GROUP BY lead_inspector
ORDER BY inspections DESC, lead_inspector
LIMIT 5;
