-- Extraction results by family of report.
SELECT
    family,
    sum(publications) AS publications,
    sum(complete) AS complete,
    sum(partial) AS partial,
    sum(unreadable + missing) AS not_readable,
    sum(not_extracted) AS not_extracted,
    sum(not_counted) AS not_counted,
    sum(judgements) AS judgements,
    sum(judgements_not_found) AS judgements_not_found,
    sum(findings) AS findings,
    sum(recommendations) AS recommendations,
    min(least_text_coverage) AS least_text_coverage
FROM data_quality
GROUP BY family
ORDER BY publications DESC, family;
