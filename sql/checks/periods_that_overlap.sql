-- On every day of an authority's life one row of judgement_periods holds, and none on any other day.
--
-- Severity: blocking
WITH followed AS (
    SELECT
        periods.*,
        authorities.valid_from,
        authorities.valid_to,
        lead(periods.since) OVER following AS next_since,
        row_number() OVER following AS place
    FROM judgement_periods AS periods
    JOIN authorities ON authorities.urn = periods.urn
    WINDOW following AS (PARTITION BY periods.urn ORDER BY periods.since NULLS FIRST)
)

SELECT urn, local_authority, since, until, next_since, valid_from, valid_to
FROM followed
WHERE
    (place = 1 AND since IS DISTINCT FROM valid_from)
    OR (next_since IS NOT NULL AND until IS DISTINCT FROM next_since - 1)
    OR (next_since IS NULL AND until IS DISTINCT FROM valid_to);
