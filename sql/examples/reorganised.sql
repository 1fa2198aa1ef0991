-- What stands of authorities that were reorganised?
--
-- A successor inherits nothing: until it is inspected itself its grades are empty, and note says so.
SELECT local_authority, predecessors, inspection_start_date, overall_effectiveness_grade, note
FROM latest_judgements
WHERE predecessors IS NOT NULL
ORDER BY local_authority;
