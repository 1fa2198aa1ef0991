-- Nothing differs from Ofsted's own statistics without a declared reason.
--
-- Every row is a cell that one has and the other has not, or has otherwise. Look at the report's page; a misreading is
-- mended where it was read, a difference that is real is a row of official_differences, with the page. Cells in which
-- both have a grade, and not the same, stop the release besides (contradicted_by_statistics).
--
-- Severity: warning
SELECT urn, local_authority, official_framework, official_published, area, official_grade, grade, report_id
FROM official_comparison
WHERE outcome = 'unexplained';
