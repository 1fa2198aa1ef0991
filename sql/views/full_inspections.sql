-- What did each full inspection judge? One row for every full inspection since 2013, with its grades as columns.
--
-- Full inspections are inspections under the single inspection framework (sif) or ILACS with at least one grade,
-- including those of former authorities. Only reports that count are used (reports.counts). A republished report has
-- one row, with the grades of the last version.
-- Pages and printed wording of the grades are in judgements.
--
-- Grades that were not given are null. So are grades that could not be read: their areas are listed in not_read. Until January 2023 ILACS judged children in care and care leavers jointly: the
-- joint grade is in in_care_grade and in in_care_and_care_leavers_grade, and care_leavers_grade is null. Inspections
-- from April 2026 have no overall grade: overall_effectiveness_grade is null.
--
-- Columns:
-- report_id: Report number; joins to judgements, findings and recommendations
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- framework: Inspection framework: sif, ilacs_2018, ilacs_2023, ilacs_2026
-- inspection_type: standard, or short (at most seven days on site)
-- lead_inspector: Lead inspector, as printed
-- inspection_start: First day of the inspection, from the report
-- inspection_end: Last day of the inspection, from the report
-- published: Publication date listed on the site
-- first_published: First publication date; earlier than published only for republished reports
-- overall_effectiveness_grade: Overall effectiveness; null for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; under ILACS until January 2023, children in care and care leavers jointly
-- care_leavers_grade: Care leavers; null where they were judged jointly with children in care
-- in_care_and_care_leavers_grade: Joint grade of both areas; null where they were judged separately
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- source_url: URL of the PDF
-- not_read: Areas whose judgement the report should give but that were not read, separated by '; '; null if none
-- partial_reason: What of the report was not read or is uncertain, in plain words; null if it was read completely
WITH grades AS (
    SELECT
        report_id,
        max(grade) FILTER (WHERE area = 'overall_effectiveness') AS overall_effectiveness,
        max(grade) FILTER (WHERE area = 'leadership') AS leadership,
        max(grade) FILTER (WHERE area = 'help_and_protection') AS help_and_protection,
        max(grade) FILTER (WHERE area = 'in_care') AS in_care,
        max(grade) FILTER (WHERE area = 'care_leavers') AS care_leavers,
        max(grade) FILTER (WHERE area = 'in_care_and_care_leavers') AS in_care_and_care_leavers,
        max(grade) FILTER (WHERE area = 'adoption') AS adoption,
        max(grade) FILTER (WHERE area = 'lscb') AS lscb
    FROM judgements
    WHERE status = 'graded'
    GROUP BY report_id
),

earlier_publications AS (
    SELECT superseded_reports.superseded_by AS report_id, min(reports.published) AS published
    FROM superseded_reports
    JOIN reports ON reports.report_id = superseded_reports.report_id
    GROUP BY superseded_reports.superseded_by
)

SELECT
    reports.report_id,
    reports.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    reports.framework,
    reports.inspection_type,
    reports.lead_inspector,
    reports.inspection_start,
    reports.inspection_end,
    reports.published,
    least(reports.published, earlier_publications.published) AS first_published,
    grades.overall_effectiveness AS overall_effectiveness_grade,
    grades.leadership AS impact_of_leaders_grade,
    grades.help_and_protection AS help_and_protection_grade,
    coalesce(grades.in_care, grades.in_care_and_care_leavers) AS in_care_grade,
    grades.care_leavers AS care_leavers_grade,
    grades.in_care_and_care_leavers AS in_care_and_care_leavers_grade,
    grades.adoption AS adoption_grade,
    grades.lscb AS lscb_grade,
    reports.source_url,
    unread_judgements.areas AS not_read,
    reports.partial_reason
FROM reports
JOIN grades ON grades.report_id = reports.report_id
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN unread_judgements ON unread_judgements.report_id = reports.report_id
LEFT JOIN earlier_publications ON earlier_publications.report_id = reports.report_id
ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
WHERE reports.counts AND reports.family = 'inspection' AND (reports.framework = 'sif' OR starts_with(reports.framework, 'ilacs_'))
ORDER BY authorities.name, reports.inspection_start, reports.published, reports.report_id;
