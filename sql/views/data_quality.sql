-- How completely were reports extracted? One row for every publication year and report family.
--
-- Counts include every publication, parsed or not. known_issues lists the problems of individual reports.
--
-- Columns:
-- publication_year: Year of publication
-- family: Report family
-- publications: Reports listed on the site, now or earlier
-- complete: Reports extracted without errors
-- partial: Reports extracted with at least one error in extraction_issues
-- unreadable: PDFs without a text layer
-- missing: Listed reports whose PDF is not available
-- not_extracted: PDFs of a family that the parser does not cover
-- issues: Rows of extraction_issues
-- judgements: Graded judgements
-- judgements_not_found: Judgements that the framework requires but that were not found in the report
-- findings: Rows of findings
-- recommendations: Rows of recommendations, of all kinds
-- least_text_coverage: Lowest text_coverage of any report: share of its characters that are accounted for
-- mean_text_coverage: Mean text_coverage of the reports
-- not_counted: Reports that no view uses (reports.counts), among them those that are missing or unreadable
WITH report_counts AS (
    SELECT
        reports.report_id,
        reports.publication_year,
        reports.family,
        reports.status,
        reports.text_coverage,
        reports.counts,
        (SELECT count(*) FROM extraction_issues WHERE extraction_issues.report_id = reports.report_id) AS issues,
        coalesce(judgement_counts.graded, 0) AS judgements,
        coalesce(judgement_counts.not_found, 0) AS judgements_not_found,
        coalesce(finding_counts.findings, 0) AS findings,
        coalesce(recommendation_counts.recommendations, 0) AS recommendations
    FROM reports
    LEFT JOIN (
        SELECT
            report_id,
            count(*) FILTER (WHERE status = 'graded') AS graded,
            count(*) FILTER (WHERE status = 'not_found') AS not_found
        FROM judgements
        GROUP BY report_id
    ) AS judgement_counts ON judgement_counts.report_id = reports.report_id
    LEFT JOIN (
        SELECT report_id, count(*) AS findings
        FROM findings
        GROUP BY report_id
    ) AS finding_counts ON finding_counts.report_id = reports.report_id
    LEFT JOIN (
        SELECT report_id, count(*) AS recommendations
        FROM recommendations
        GROUP BY report_id
    ) AS recommendation_counts ON recommendation_counts.report_id = reports.report_id
)

SELECT
    publication_year,
    family,
    count(*) AS publications,
    count(*) FILTER (WHERE status = 'complete') AS complete,
    count(*) FILTER (WHERE status = 'partial') AS partial,
    count(*) FILTER (WHERE status = 'unreadable') AS unreadable,
    count(*) FILTER (WHERE status = 'missing') AS missing,
    count(*) FILTER (WHERE status = 'not_extracted') AS not_extracted,
    CAST(sum(issues) AS BIGINT) AS issues,
    CAST(sum(judgements) AS BIGINT) AS judgements,
    CAST(sum(judgements_not_found) AS BIGINT) AS judgements_not_found,
    CAST(sum(findings) AS BIGINT) AS findings,
    CAST(sum(recommendations) AS BIGINT) AS recommendations,
    min(text_coverage) AS least_text_coverage,
    round(avg(text_coverage), 4) AS mean_text_coverage,
    count(*) FILTER (WHERE NOT counts) AS not_counted
FROM report_counts
GROUP BY publication_year, family
ORDER BY publication_year, family;
