-- What did each full inspection judge? One row for every one since 2013, its grades side by side.
--
-- Full inspections are those under the single inspection framework (sif) or ILACS that gave at least one grade;
-- one whose report was published again is here once, with the grades of the last publication. Former
-- authorities' are here too. For the pages and words of grades see judgements.
--
-- No word stands in for a grade that was not given. Until January 2023 ILACS judged children in care and care
-- leavers together: that grade stands in in_care_grade, care_leavers_grade is empty, and the grade is once
-- more, under its own name, in in_care_and_care_leavers_grade. Inspections from April 2026 give no overall
-- grade: overall_effectiveness_grade is empty.
--
-- Columns:
-- report_id: The report; judgements, findings and recommendations have it too
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- region_name: Region of England
-- framework: Inspection framework: sif, ilacs_2018, ilacs_2023, ilacs_2026
-- inspection_type: standard, or short: at most seven days on site
-- lead_inspector: Lead inspector, as printed
-- inspection_start: First day of the inspection, as printed
-- inspection_end: Last day of the inspection, as printed
-- published: Day of publication, as the site lists it
-- first_published: Day on which it was first published; the same unless it was published again
-- overall_effectiveness_grade: Overall effectiveness; empty for inspections from April 2026
-- impact_of_leaders_grade: Impact of leaders on practice; under sif, leadership, management and governance
-- help_and_protection_grade: Children who need help and protection
-- in_care_grade: Children in care; until January 2023 under ILACS, children in care and care leavers
-- care_leavers_grade: Care leavers; empty where they were judged together with children in care
-- in_care_and_care_leavers_grade: The joint grade under its own name; empty where they were judged apart
-- adoption_grade: Adoption performance, under sif
-- lscb_grade: Local Safeguarding Children Board, under sif
-- source_url: Public address of the report
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
    reports.source_url
FROM reports
JOIN grades ON grades.report_id = reports.report_id
JOIN authorities ON authorities.urn = reports.urn
LEFT JOIN earlier_publications ON earlier_publications.report_id = reports.report_id
ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
WHERE reports.family = 'inspection' AND (reports.framework = 'sif' OR starts_with(reports.framework, 'ilacs_'))
ORDER BY authorities.name, reports.inspection_start, reports.published, reports.report_id;
