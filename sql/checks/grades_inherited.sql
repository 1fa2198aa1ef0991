-- No authority has a judgement of another's, nor one from before its own beginning.
--
-- Severity: blocking
SELECT standing.urn, standing.local_authority, standing.since, standing.report_id, publications.urn AS listed_urn
FROM judgement_periods AS standing
JOIN publications ON publications.report_id = standing.report_id
JOIN authorities ON authorities.urn = standing.urn
WHERE publications.urn <> standing.urn OR standing.since < authorities.valid_from;
