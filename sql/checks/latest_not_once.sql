-- Every authority of today has one row of latest_judgements, and nobody else has.
--
-- Severity: blocking
SELECT coalesce(authorities.urn, latest.urn) AS urn, count(latest.urn) AS rows_there
FROM (FROM authorities WHERE valid_to IS NULL) AS authorities
FULL JOIN latest_judgements AS latest ON latest.urn = authorities.urn
GROUP BY ALL
HAVING count(latest.urn) <> 1 OR count(authorities.urn) <> 1;
