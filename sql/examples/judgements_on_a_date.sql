-- Which judgements were in force in the East Midlands on 1 February 2019?
--
-- The result includes authorities that no longer exist, such as Northamptonshire, which ended in 2021. Where grades
-- are missing, 'note' gives the reason.
SELECT local_authority, la_code_new, overall_effectiveness_grade, in_care_grade, publication_date, note
FROM judgements_as_at('2019-02-01')
WHERE region_name = 'East Midlands'
ORDER BY local_authority;
