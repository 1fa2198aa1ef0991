-- Every current authority has exactly one row in latest_judgements, and no other authority has one.
--
-- Severity: blocking
SELECT coalesce(authorities.urn, latest.urn) AS urn, count(latest.urn) AS row_count
FROM (FROM authorities WHERE valid_to IS NULL) AS authorities
FULL JOIN latest_judgements AS latest ON latest.urn = authorities.urn
GROUP BY ALL
HAVING count(latest.urn) <> 1 OR count(authorities.urn) <> 1;
