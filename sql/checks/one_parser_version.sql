-- All reports were read by the same version of the parser.
--
-- Severity: blocking
SELECT
    split_part(extractor_version, '+', 1) AS parser_version,
    count(*) AS reports,
    min(report_id) AS first_report_id
FROM reports
GROUP BY parser_version
QUALIFY count(*) OVER () > 1;
