-- What latest_judgements says, judgements_as_at says of a day to come.
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
