-- What are the latest grades of each authority?
--
-- The first twenty columns of latest_judgements have the names and order of the workbook that authorities' analysts
-- use.
SELECT
    local_authority, inspection_start_date, overall_effectiveness_grade, impact_of_leaders_grade,
    help_and_protection_grade, in_care_grade, care_leavers_grade
FROM latest_judgements
WHERE report_id IS NOT NULL
ORDER BY local_authority
LIMIT 12;
