-- Every official rate agrees with the numbers from which it is calculated.
--
-- The publisher rounds numbers and rates, so rates of small areas may differ by up to 1.5; regional numbers are rounded
-- to tens. A larger difference means that a column was read as another.
--
-- Severity: warning
SELECT area_code, indicator, year, value, numerator, denominator
FROM authority_indicators
JOIN indicators USING (indicator)
WHERE
    abs(
        value - numerator / nullif(denominator, 0)
        * CASE unit WHEN 'percent' THEN 100 WHEN 'per_10000_children' THEN 10000 ELSE 1 END
    ) > 1.5;
