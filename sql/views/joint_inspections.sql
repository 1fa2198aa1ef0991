-- What did joint targeted area inspections find and ask for? One row for every inspection, latest first.
--
-- The columns up to summary_case_study have the names and order of workbooks that local authority analysts already use.
-- Joint inspections give no grades. Only reports that count are used (reports.counts); a republished report has one
-- row, with its last version. The texts are those of findings and recommendations, one per line: strengths and case
-- studies are recognised by the heading of their section. Reports until 2021 name areas for improvement; from 2022
-- they answer what needs to improve.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- la_code: Department for Education's three-digit code of the authority
-- region_code: ONS code of the region
-- la_code_new: Latest ONS code of the authority's area
-- stat_neighbours: Its ten statistical neighbours, closest first, separated by '; '
-- local_authority: Short name of the authority
-- inspection_link: URL of the PDF
-- inspection_start_date: First day of the inspection
-- publication_date: Publication date listed on the site
-- inspection_theme: Theme, as printed
-- summary_priority_action: Areas for priority action; null if none
-- summary_improvement: Areas for improvement, in reports until 2021; null if none
-- summary_key_strengths: Findings under headings such as 'Key strengths'; null if none
-- summary_headline_findings: Headline findings; null if none
-- summary_needs_to_improve: What needs to improve, in reports from 2022; null if nothing
-- case_study_title: Headings of case and practice studies, separated by '; '; null if none
-- summary_case_study: Text of these studies; null if none
-- inspection_end_date: Last day of the inspection
-- topics: Labels of the topics that the theme names; null if none (report_topic_labels)
-- region_name: Region of England
-- framework: Inspection framework
-- report_id: Report number; joins to findings and recommendations
WITH joint_findings AS MATERIALIZED (
    SELECT report_id, ordinal, section, section_title, kind, text
    FROM findings
    WHERE report_id IN (SELECT report_id FROM reports WHERE family = 'jtai')
),

studies AS (
    SELECT
        report_id,
        section_title,
        min(ordinal) AS position,
        string_agg(text, chr(10) ORDER BY ordinal) AS text
    FROM joint_findings
    WHERE regexp_matches(section_title, '(?i)^(?:case|practice) study')
    GROUP BY report_id, section, section_title
),

study_lists AS (
    SELECT
        report_id,
        string_agg(section_title, '; ' ORDER BY position) AS titles,
        string_agg(text, chr(10) ORDER BY position) AS texts
    FROM studies
    GROUP BY report_id
),

summaries AS (
    SELECT
        report_id,
        string_agg(text, chr(10) ORDER BY ordinal)
            FILTER (WHERE kind = 'finding' AND regexp_matches(section_title, '(?i)strengths$')) AS strengths,
        string_agg(text, chr(10) ORDER BY ordinal) FILTER (WHERE kind = 'headline') AS headlines
    FROM joint_findings
    GROUP BY report_id
)

SELECT
    reports.urn,
    authorities.dfe_code AS la_code,
    authorities.region_gss_code AS region_code,
    authorities.gss_code AS la_code_new,
    neighbour_lists.names AS stat_neighbours,
    authorities.name AS local_authority,
    reports.source_url AS inspection_link,
    reports.inspection_start AS inspection_start_date,
    reports.published AS publication_date,
    reports.theme AS inspection_theme,
    report_requests.priority_action_text AS summary_priority_action,
    CASE WHEN reports.framework = 'jtai_2016' THEN report_requests.improvement_text END AS summary_improvement,
    summaries.strengths AS summary_key_strengths,
    summaries.headlines AS summary_headline_findings,
    CASE WHEN reports.framework <> 'jtai_2016' THEN report_requests.improvement_text END AS summary_needs_to_improve,
    study_lists.titles AS case_study_title,
    study_lists.texts AS summary_case_study,
    reports.inspection_end AS inspection_end_date,
    topic_labels.topics,
    authorities.region_name,
    reports.framework,
    reports.report_id
FROM reports
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN neighbour_lists ON neighbour_lists.urn = reports.urn
LEFT JOIN report_requests ON report_requests.report_id = reports.report_id
LEFT JOIN report_topic_labels AS topic_labels ON topic_labels.report_id = reports.report_id
LEFT JOIN summaries ON summaries.report_id = reports.report_id
LEFT JOIN study_lists ON study_lists.report_id = reports.report_id
ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
WHERE reports.counts AND reports.family = 'jtai'
ORDER BY
    coalesce(reports.inspection_start, reports.published) DESC NULLS LAST, authorities.name, reports.report_id;
