-- Every difference from Ofsted's statistics has a declared reason.
--
-- Each row is a grade that only one source has, or that differs. Check the page of the report: fix the parser if it
-- misread the page, otherwise add the difference and its page to official_differences. Differences from a grade in the
-- statistics also fail official_grades_confirmed, which blocks the release.
--
-- Severity: warning
SELECT urn, local_authority, official_framework, official_published, area, official_grade, grade, report_id
FROM official_comparison
WHERE outcome = 'unexplained';
