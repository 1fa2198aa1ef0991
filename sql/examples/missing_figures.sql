-- Why does a figure of the latest year have no value?
--
-- A missing figure is never zero: the status says why there is none.
SELECT indicator, status, count(*) AS authorities
FROM authority_indicators
JOIN indicators USING (indicator)
WHERE urn IS NOT NULL AND year = last_year AND value IS NULL
GROUP BY indicator, status
ORDER BY authorities DESC, indicator, status;
