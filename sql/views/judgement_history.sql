-- How has each authority been judged over the years? One row for every judgement of every inspection since 2012.
--
-- For researchers' panels and for comparing an authority with itself. Former authorities are here too, under
-- their own names; their successors' histories begin with the successors. A report that was published again
-- is here once, as published last.
--
-- previous_grade is the authority's last grade of the very same area, under whichever framework, and
-- previous_report_id says where to look it up: since ILACS judged children in care and care leavers together until
-- January 2023, the grade before an in_care of 2023 is one of the single inspection framework. 'change'
-- compares ranks on four-step scales, so that adequate (2013) to requires_improvement is 'same'.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- region_name: Region of England
-- family: Kind of report
-- framework: Inspection framework, read from the report
-- inspection_start: First day of the inspection, as printed
-- inspection_end: Last day of the inspection, as printed
-- published: Day of publication, as the site lists it
-- area: Canonical name of the judgement area
-- grade: The grade; null unless status is graded
-- grade_rank: 1 is the best of its scale; null unless graded
-- status: Whether the area was graded: graded, not_judged, not_found
-- previous_grade: The authority's last grade of this area; null for its first
-- previous_report_id: The report that gave it
-- previous_inspection_start: First day of that inspection
-- change: improved, declined or same; null where either grade is missing
-- report_id: The report
-- page: Page on which the grade stands
-- source_url: Public address of the report
WITH judged AS (
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
        coalesce(reports.inspection_start, reports.published) AS judged_on
    FROM judgements
    JOIN reports ON reports.report_id = judgements.report_id
    ANTI JOIN superseded_reports ON superseded_reports.report_id = judgements.report_id
),

followed AS (
    SELECT
        *,
        lag(CASE WHEN status = 'graded' THEN judged END IGNORE NULLS) OVER (
            PARTITION BY urn, area ORDER BY judged_on NULLS FIRST, published NULLS FIRST, report_id
        ) AS previous
    FROM judged
)

SELECT
    followed.urn,
    authorities.name AS local_authority,
    authorities.region_name,
    followed.family,
    followed.framework,
    followed.inspection_start,
    followed.inspection_end,
    followed.published,
    followed.area,
    followed.grade,
    followed.grade_rank,
    followed.status,
    followed.previous.grade AS previous_grade,
    followed.previous.report_id AS previous_report_id,
    followed.previous.inspection_start AS previous_inspection_start,
    CASE sign(followed.grade_rank - followed.previous.grade_rank)
        WHEN -1 THEN 'improved'
        WHEN 0 THEN 'same'
        WHEN 1 THEN 'declined'
    END AS change,
    followed.report_id,
    followed.page,
    followed.source_url
FROM followed
JOIN authorities ON authorities.urn = followed.urn
ORDER BY authorities.name, followed.judged_on, followed.published, followed.report_id, followed.area;
