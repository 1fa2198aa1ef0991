-- A report has the family, title, date and address of its publication.
--
-- Severity: blocking
SELECT reports.report_id, reports.title, publications.title AS listed_title
FROM reports
JOIN publications ON publications.report_id = reports.report_id
WHERE
    (reports.family, reports.title, reports.published, reports.source_url)
    IS DISTINCT FROM (publications.family, publications.title, publications.published, publications.url);
