-- A null grade of a full inspection is listed in not_read if its judgement was not read, and no other area is listed.
--
-- Severity: blocking
WITH grades AS (
    UNPIVOT (
        SELECT
            report_id,
            coalesce(not_read, '') AS not_read,
            coalesce(overall_effectiveness_grade, '') AS overall_effectiveness,
            coalesce(impact_of_leaders_grade, '') AS leadership,
            coalesce(help_and_protection_grade, '') AS help_and_protection,
            coalesce(care_leavers_grade, '') AS care_leavers,
            coalesce(in_care_and_care_leavers_grade, '') AS in_care_and_care_leavers,
            coalesce(adoption_grade, '') AS adoption,
            coalesce(lscb_grade, '') AS lscb
        FROM full_inspections
    )
    ON COLUMNS(* EXCLUDE (report_id, not_read))
    INTO NAME area VALUE grade
)

SELECT grades.report_id, grades.area, grades.grade, judgements.status, grades.not_read
FROM grades
LEFT JOIN judgements ON judgements.report_id = grades.report_id AND judgements.area = grades.area
WHERE
    (grades.grade <> '' AND list_contains(string_split(grades.not_read, '; '), grades.area))
    OR (judgements.status = 'not_found' AND NOT list_contains(string_split(grades.not_read, '; '), grades.area));
