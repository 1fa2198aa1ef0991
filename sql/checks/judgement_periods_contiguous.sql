-- Rows of judgement_periods cover each day of an authority's existence exactly once, and no other day.
--
-- Severity: blocking
WITH ordered_periods AS (
    SELECT
        periods.*,
        authorities.valid_from,
        authorities.valid_to,
        lead(periods.since) OVER chronological AS next_since,
        row_number() OVER chronological AS position
    FROM judgement_periods AS periods
    JOIN authorities ON authorities.urn = periods.urn
    WINDOW chronological AS (PARTITION BY periods.urn ORDER BY periods.since NULLS FIRST)
)

SELECT urn, local_authority, since, until, next_since, valid_from, valid_to
FROM ordered_periods
WHERE
    (position = 1 AND since IS DISTINCT FROM valid_from)
    OR (next_since IS NOT NULL AND until IS DISTINCT FROM next_since - 1)
    OR (next_since IS NULL AND until IS DISTINCT FROM valid_to);
