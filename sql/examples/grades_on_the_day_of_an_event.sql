-- Which grade was in force when a visit took place?
--
-- Validity periods join to any date.
SELECT visits.local_authority, visits.published AS visit_published, visits.topic_label,
    periods.overall_effectiveness_grade, periods.publication_date AS graded_on
FROM report_topics AS visits
JOIN judgement_validity_periods AS periods
    ON periods.urn = visits.urn
    AND visits.published >= coalesce(periods.valid_from, DATE '0001-01-01')
    AND visits.published <= coalesce(periods.valid_to, DATE '9999-12-31')
WHERE visits.family = 'focused_visit'
ORDER BY visits.published DESC, visits.local_authority, visits.topic_label
LIMIT 10;
