-- latest_judgements agrees with judgements_as_at for a future date.
--
-- Severity: blocking
(
    SELECT urn, report_id, overall_effectiveness_grade, in_care_grade, care_leavers_grade, note
    FROM latest_judgements
    EXCEPT
    SELECT urn, report_id, overall_effectiveness_grade, in_care_grade, care_leavers_grade, note
    FROM judgements_as_at(DATE '9999-01-01')
)
UNION ALL
(
    SELECT urn, report_id, overall_effectiveness_grade, in_care_grade, care_leavers_grade, note
    FROM judgements_as_at(DATE '9999-01-01')
    EXCEPT
    SELECT urn, report_id, overall_effectiveness_grade, in_care_grade, care_leavers_grade, note
    FROM latest_judgements
);
