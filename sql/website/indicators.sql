-- The official indicators, in order.
SELECT indicator, name, unit, direction, definition, first_year, last_year, source
FROM indicators
ORDER BY sort_order;
