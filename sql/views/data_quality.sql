-- How well could the reports be read? One row for every year of publication and kind of report.
--
-- For judging how far a figure can be trusted. Every publication counts, read or not. known_issues says what is wrong
-- with each report that is not complete.
--
-- Columns:
-- publication_year: Year of publication
-- family: Kind of report
-- publications: Reports that the site has listed
-- complete: Reports read whole, every invariant held
-- partial: Reports read with an error in extraction_issues
-- unreadable: Files without text
-- missing: Reports listed whose file is gone
-- not_extracted: Files kept that are of no family whose rows are read
-- issues: Rows of extraction_issues
-- judgements: Judgements graded
-- judgements_not_found: Judgements that the framework demands and the report was not seen to state
-- findings: Paragraphs of findings
-- recommendations: Improvements, recommendations and priority actions
-- least_text_coverage: Of the worst report, the share of its characters whose role is known
-- mean_text_coverage: The mean of that share over reports
WITH counted AS (
    SELECT
        reports.report_id,
        reports.publication_year,
        reports.family,
        reports.status,
        reports.text_coverage,
        (SELECT count(*) FROM extraction_issues WHERE extraction_issues.report_id = reports.report_id) AS issues,
        coalesce(judged.graded, 0) AS judgements,
        coalesce(judged.not_found, 0) AS judgements_not_found,
        coalesce(found.findings, 0) AS findings,
        coalesce(asked.recommendations, 0) AS recommendations
    FROM reports
    LEFT JOIN (
        SELECT
            report_id,
            count(*) FILTER (WHERE status = 'graded') AS graded,
            count(*) FILTER (WHERE status = 'not_found') AS not_found
        FROM judgements
        GROUP BY report_id
    ) AS judged ON judged.report_id = reports.report_id
    LEFT JOIN (SELECT report_id, count(*) AS findings FROM findings GROUP BY report_id) AS found
        ON found.report_id = reports.report_id
    LEFT JOIN (SELECT report_id, count(*) AS recommendations FROM recommendations GROUP BY report_id) AS asked
        ON asked.report_id = reports.report_id
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
    round(avg(text_coverage), 4) AS mean_text_coverage
FROM counted
GROUP BY publication_year, family
ORDER BY publication_year, family;
