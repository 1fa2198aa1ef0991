-- How can I join my own data?
--
-- Join on the Department for Education's three-digit code, which its statistics use. The two rows of VALUES stand for
-- your own file (FROM 'data.csv').
SELECT
    own_data.la_code,
    latest.local_authority,
    own_data.rate_of_children_in_care,
    latest.in_care_grade,
    latest.report_id
FROM (VALUES ('892', 130), ('830', 65)) AS own_data (la_code, rate_of_children_in_care)
LEFT JOIN latest_judgements AS latest ON latest.la_code = own_data.la_code
ORDER BY own_data.la_code;
