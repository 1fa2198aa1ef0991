-- Judgements in force at an authority are its own, and none is in force before its first day.
--
-- Severity: blocking
SELECT periods.urn, periods.local_authority, periods.since, periods.report_id, publications.urn AS listed_urn
FROM judgement_periods AS periods
JOIN publications ON publications.report_id = periods.report_id
JOIN authorities ON authorities.urn = periods.urn
WHERE publications.urn <> periods.urn OR periods.since < authorities.valid_from;
