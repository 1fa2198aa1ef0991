-- No official figure of England or of a region doubles or halves within a year, unless it counts fewer than 100.
--
-- Such a jump means that the publisher changed the definition, or that a column was read as another. Jumps of single
-- authorities do occur; they are in the view indicator_jumps.
--
-- Severity: warning
SELECT later.area_code, later.indicator, later.year, earlier.value AS earlier_value, later.value
FROM authority_indicators AS later
JOIN authority_indicators AS earlier
    ON earlier.area_code = later.area_code
    AND earlier.indicator = later.indicator
    AND earlier.year = later.year - 1
WHERE
    later.urn IS NULL
    AND least(later.numerator, earlier.numerator) >= 100
    AND later.value NOT BETWEEN earlier.value / 2 AND earlier.value * 2;
