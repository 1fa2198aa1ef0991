-- Events on Ofsted's record, by calendar year: how many have a report in this dataset.
SELECT year, count(*) AS events, count(report_id) AS matched
FROM official_coverage
WHERE outcome <> 'not_official'
GROUP BY year
ORDER BY year;
