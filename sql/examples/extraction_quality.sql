-- How completely were reports extracted?
--
-- Every publication counts, parsed or not. known_issues lists the problems of individual reports.
SELECT family, sum(publications) AS publications, sum(complete) AS complete, sum(partial) AS partial,
    sum(missing) AS missing, sum(judgements) AS judgements, sum(judgements_not_found) AS not_found,
    sum(findings) AS findings, min(least_text_coverage) AS least_text_coverage
FROM data_quality
GROUP BY family
ORDER BY family;
