-- What did focused visits look at, and when?
--
-- Visits give no grades; they stand on the same timeline as inspections.
SELECT local_authority, event_date, event, theme
FROM authority_timeline
WHERE event IN ('focused_visit', 'monitoring_visit')
ORDER BY event_date DESC, local_authority
LIMIT 10;
