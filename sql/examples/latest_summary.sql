-- Who stands where today?
--
-- The summary that authorities' analysts keep as a workbook: latest_judgements has its twenty columns, in their order.
SELECT
    local_authority, inspection_start_date, overall_effectiveness_grade, impact_of_leaders_grade,
    help_and_protection_grade, in_care_grade, care_leavers_grade
FROM latest_judgements
WHERE report_id IS NOT NULL
ORDER BY local_authority
LIMIT 12;
