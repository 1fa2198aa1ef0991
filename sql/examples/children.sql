-- How many children live under which overall grade?
--
-- Residents aged 0 to 17 by the overall grade of their authority, and where none stands.
SELECT
    coalesce(latest.overall_effectiveness_grade, 'none stands') AS overall_effectiveness,
    count(*) AS authorities,
    CAST(sum(authorities.population_0_17) AS BIGINT) AS children
FROM latest_judgements AS latest
JOIN authorities ON authorities.urn = latest.urn
GROUP BY ALL
ORDER BY children DESC;
