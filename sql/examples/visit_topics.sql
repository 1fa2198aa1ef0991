-- What did focused and monitoring visits look at, and when?
--
-- Visits have no grades. authority_timeline lists them with the inspections.
SELECT local_authority, event_date, event, theme
FROM authority_timeline
WHERE event IN ('focused_visit', 'monitoring_visit')
ORDER BY event_date DESC, local_authority
LIMIT 10;
