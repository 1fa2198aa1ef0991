-- Every inspection report of the years that Ofsted's record covers is on record.
--
-- A row is a report of a full inspection or visit that Ofsted's spreadsheets should have and do not. Its authority, kind
-- or dates were read wrongly, or the record is incomplete.
--
-- Severity: warning
SELECT urn, local_authority, kind, event_date, report_id, report_published
FROM official_coverage
WHERE reason = 'unexplained';
