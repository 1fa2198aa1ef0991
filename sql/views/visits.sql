-- What did focused and monitoring visits look at, and what did they ask for? One row for every visit, latest first.
--
-- Visits give no grades. Only reports that count are used (reports.counts); a republished report has one row, with its
-- last version. The texts are those of recommendations, one per line.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- la_code: Department for Education's three-digit code of the authority
-- region_code: ONS code of the region
-- la_code_new: Latest ONS code of the authority's area
-- local_authority: Short name of the authority
-- inspection_link: URL of the PDF
-- inspector_name: Lead inspector, as printed
-- inspection_start_date: First day of the visit
-- inspection_end_date: Last day of the visit
-- publication_date: Publication date listed on the site
-- inspection_theme: Theme, as printed
-- topics: Labels of the topics that the theme names; null if none (report_topic_labels)
-- summary_priority_action: Areas for priority action; null if none
-- summary_improvement: What needs to improve; null if nothing
-- family: Report family: focused_visit or monitoring_visit
-- region_name: Region of England
-- framework: Inspection framework
-- report_id: Report number; joins to findings and recommendations
SELECT
    reports.urn,
    authorities.dfe_code AS la_code,
    authorities.region_gss_code AS region_code,
    authorities.gss_code AS la_code_new,
    authorities.name AS local_authority,
    reports.source_url AS inspection_link,
    reports.lead_inspector AS inspector_name,
    reports.inspection_start AS inspection_start_date,
    reports.inspection_end AS inspection_end_date,
    reports.published AS publication_date,
    reports.theme AS inspection_theme,
    topic_labels.topics,
    report_requests.priority_action_text AS summary_priority_action,
    report_requests.improvement_text AS summary_improvement,
    reports.family,
    authorities.region_name,
    reports.framework,
    reports.report_id
FROM reports
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN report_requests ON report_requests.report_id = reports.report_id
LEFT JOIN report_topic_labels AS topic_labels ON topic_labels.report_id = reports.report_id
ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
WHERE reports.counts AND reports.family IN ('focused_visit', 'monitoring_visit')
ORDER BY
    coalesce(reports.inspection_start, reports.published) DESC NULLS LAST, authorities.name, reports.report_id;
