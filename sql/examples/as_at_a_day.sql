-- Which judgements stood on 1 February 2019 in the East Midlands?
--
-- Former authorities are there as they were: Northamptonshire ended in 2021. Where nothing stood, note says why.
SELECT local_authority, la_code_new, overall_effectiveness_grade, in_care_grade, publication_date, note
FROM judgements_as_at('2019-02-01')
WHERE region_name = 'East Midlands'
ORDER BY local_authority;
