-- How many children live in authorities of each overall grade?
--
-- Residents aged 0 to 17, by the latest overall effectiveness grade of their authority.
SELECT
    coalesce(latest.overall_effectiveness_grade, 'no grade') AS overall_effectiveness,
    count(*) AS authorities,
    CAST(sum(authorities.population_0_17) AS BIGINT) AS children
FROM latest_judgements AS latest
JOIN authorities ON authorities.urn = latest.urn
GROUP BY ALL
ORDER BY children DESC;
