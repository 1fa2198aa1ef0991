-- A report must be in the partition of its publication year.
--
-- A report from before 2009, the first year of the dataset, is in the partition of that year.
-- Without a date of publication, the year is that of the listed inspection date or of the first crawl that found it.
--
-- Severity: blocking
SELECT reports.report_id, reports.publication_year
FROM reports
JOIN publications ON publications.report_id = reports.report_id
WHERE
    reports.publication_year <> greatest(
        2009,
        year(coalesce(publications.published, publications.listed_inspection_date, publications.first_seen::DATE))
    );
