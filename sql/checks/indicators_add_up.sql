-- The numbers of all authorities add up to those of England.
--
-- England's number may exceed the sum by a tenth, and by ten for each authority whose number is suppressed or missing,
-- and fall below it by one in a hundred, for rounding. Authorities that report together count once.
--
-- Severity: warning
WITH sums AS (
    SELECT
        indicator,
        year,
        max(numerator) FILTER (WHERE area_code = 'E92000001') AS england,
        sum(CASE WHEN status = 'joint' THEN numerator / 2 ELSE numerator END)
            FILTER (WHERE urn IS NOT NULL) AS authorities,
        count(*) FILTER (WHERE urn IS NOT NULL AND numerator IS NULL) AS missing
    FROM authority_indicators
    GROUP BY indicator, year
)

SELECT indicator, year, england, authorities, missing
FROM sums
WHERE authorities > 1.01 * england OR authorities + 10 * missing < 0.9 * england;
