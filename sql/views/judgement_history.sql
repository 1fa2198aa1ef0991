-- How has each authority been judged over the years? One row for every judgement of every inspection since 2012.
--
-- Only reports that count are used (reports.counts).
--
-- Use it for research panels and to compare an authority with its earlier self. Former authorities are included under
-- their own names; the history of a successor starts with its own first inspection. A republished report counts once,
-- in its last version.
--
-- previous_grade is the authority's last grade of exactly the same area, under any framework; previous_report_id
-- identifies its report. Because ILACS judged children in care and care leavers jointly until January 2023, the
-- previous grade of an in_care judgement from 2023 is one of the single inspection framework. Grades are compared by
-- rank on four-step scales, so a change from adequate (2013) to requires_improvement is 'same'.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- family: Report family
-- framework: Inspection framework stated in the report
-- inspection_start: First day of the inspection, from the report
-- inspection_end: Last day of the inspection, from the report
-- published: Publication date listed on the site
-- area: Judgement area
-- grade: Grade; null unless status is graded
-- grade_rank: Rank of the grade, 1 is best; null unless status is graded
-- status: Whether the area was graded: graded, not_judged or not_found
-- previous_grade: The authority's previous grade of this area; null if there is none
-- previous_report_id: Report number of the previous grade
-- previous_inspection_start: First day of the inspection with the previous grade
-- change: improved, declined or same; null where either grade is missing
-- report_id: Report number
-- page: Page of the grade, from 1
-- source_url: URL of the PDF
-- area_label: Label of the area
WITH dated_judgements AS (
    SELECT
        reports.urn,
        reports.family,
        reports.framework,
        reports.inspection_start,
        reports.inspection_end,
        reports.published,
        reports.source_url,
        judgements.report_id,
        judgements.area,
        judgements.grade,
        judgements.grade_rank,
        judgements.status,
        judgements.page,
        coalesce(reports.inspection_start, reports.published) AS sort_date
    FROM judgements
    JOIN reports ON reports.report_id = judgements.report_id AND reports.counts
    ANTI JOIN superseded_reports ON superseded_reports.report_id = judgements.report_id
),

history AS (
    SELECT
        *,
        lag(CASE WHEN status = 'graded' THEN dated_judgements END IGNORE NULLS) OVER (
            PARTITION BY urn, area ORDER BY sort_date NULLS FIRST, published NULLS FIRST, report_id
        ) AS previous
    FROM dated_judgements
)

SELECT
    history.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    history.family,
    history.framework,
    history.inspection_start,
    history.inspection_end,
    history.published,
    history.area,
    history.grade,
    history.grade_rank,
    history.status,
    history.previous.grade AS previous_grade,
    history.previous.report_id AS previous_report_id,
    history.previous.inspection_start AS previous_inspection_start,
    CASE sign(history.grade_rank - history.previous.grade_rank)
        WHEN -1 THEN 'improved'
        WHEN 0 THEN 'same'
        WHEN 1 THEN 'declined'
    END AS change,
    history.report_id,
    history.page,
    history.source_url,
    areas.label AS area_label
FROM history
JOIN authorities ON authorities.urn = history.urn
LEFT JOIN areas ON areas.area = history.area
ORDER BY authorities.name, history.sort_date, history.published, history.report_id, history.area;
