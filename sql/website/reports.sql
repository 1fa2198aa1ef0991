-- All publications with the metadata of their report, newest first.
--
-- The URL of a report with a placeholder ID does not resolve (placeholder_report_ids).
SELECT
    publications.report_id,
    publications.urn,
    publications.title,
    publications.family,
    publications.published,
    publications.listed_inspection_date,
    publications.url,
    publications.first_seen,
    publications.is_listed,
    reports.framework,
    frameworks.name AS framework_name,
    reports.inspection_start,
    reports.inspection_end,
    reports.inspection_type,
    CASE WHEN reports.counts THEN reports.theme END AS theme,
    reports.lead_inspector,
    reports.pages,
    reports.sha256,
    reports.retrieved_at,
    reports.status,
    coalesce(reports.counts, false) AS counts,
    reports.not_counted_reason,
    reports.partial_reason,
    reports.text_coverage,
    reports.extractor_version,
    superseded_reports.superseded_by,
    placeholder_report_ids.report_id IS NOT NULL AS has_placeholder_id
FROM publications
LEFT JOIN reports ON reports.report_id = publications.report_id
LEFT JOIN frameworks ON frameworks.framework = reports.framework
LEFT JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
LEFT JOIN placeholder_report_ids ON placeholder_report_ids.report_id = publications.report_id
ORDER BY publications.published DESC NULLS LAST, publications.report_id DESC;
