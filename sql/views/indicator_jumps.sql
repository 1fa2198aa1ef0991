-- Which official figures of authorities change implausibly from one year to the next? One row for every jump.
--
-- A jump is a change by a factor of four or more, up or down, of a figure that counts at least 100 in one of the years.
-- The figures are as published: a jump may be real, or an error of the authority's return. Check it before using it.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- indicator: Code of the indicator
-- year: Year of the later figure
-- earlier_value: Figure of the year before
-- value: Figure of the year
-- factor: Larger figure divided by the smaller one
SELECT
    later.urn,
    authorities.name AS local_authority,
    later.indicator,
    later.year,
    earlier.value AS earlier_value,
    later.value,
    round(greatest(later.value, earlier.value) / least(later.value, earlier.value), 1) AS factor
FROM authority_indicators AS later
JOIN authority_indicators AS earlier
    ON earlier.area_code = later.area_code
    AND earlier.indicator = later.indicator
    AND earlier.year = later.year - 1
JOIN authorities ON authorities.urn = later.urn
WHERE
    greatest(later.numerator, earlier.numerator) >= 100
    AND least(later.value, earlier.value) > 0
    AND greatest(later.value, earlier.value) >= 4 * least(later.value, earlier.value)
ORDER BY authorities.name, later.indicator, later.year;
