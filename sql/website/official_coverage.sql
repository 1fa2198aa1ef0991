-- Events on Ofsted's record with and without a report, and reports that are not on record, by kind and reason.
SELECT kind, outcome, reason, count(*) AS events, min(year) AS first_year, max(year) AS last_year
FROM official_coverage
GROUP BY kind, outcome, reason
ORDER BY kind, outcome, reason;
