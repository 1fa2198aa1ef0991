-- How do numbers of one's own join?
--
-- By the Department for Education's code, as in its statistics and workbooks; here two lines stand for a file
-- (FROM 'numbers.csv').
SELECT own.la_code, latest.local_authority, own.rate_of_children_in_care, latest.in_care_grade, latest.report_id
FROM (VALUES ('892', 130), ('830', 65)) AS own (la_code, rate_of_children_in_care)
LEFT JOIN latest_judgements AS latest ON latest.la_code = own.la_code
ORDER BY own.la_code;
