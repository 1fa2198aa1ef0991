-- Which grades improved or declined? One row for every authority and area: its last, previous and first grade.
--
-- Use it to count improvements nationally or by region, or to summarise one authority. Only graded judgements of the
-- same area and authority are compared, across frameworks. Former authorities are included. judgement_history has
-- every step in between. Grades are compared by rank on four-step scales, so a change from adequate (2013) to
-- requires_improvement is 'same'.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- region_name: Region of England
-- area: Judgement area
-- is_current: Whether the last grade is in force today: from the latest full inspection, or from another family
-- grade: Last grade
-- grade_rank: Rank of the last grade, 1 is best
-- inspection_start: First day of the inspection with the last grade
-- report_id: Report number of the last grade
-- previous_grade: Previous grade; null if the area was graded once
-- previous_inspection_start: First day of the inspection with the previous grade
-- change: From previous to last grade: improved, declined or same; null if the area was graded once
-- steps: Ranks gained since the previous grade; negative if lost
-- first_grade: First grade
-- first_inspection_start: First day of the inspection with the first grade
-- change_since_first: From first to last grade: improved, declined or same; null if the area was graded once
-- steps_since_first: Ranks gained since the first grade; negative if lost
-- times_graded: Number of times the area was graded
-- area_label: Label of the area
-- published: Publication date of the report with the last grade
-- page_link: URL of its PDF at the page of the grade
WITH graded AS (
    SELECT
        *,
        row_number() OVER chronological AS position,
        count(*) OVER (PARTITION BY urn, area) AS times_graded,
        lag(grade_rank) OVER chronological AS previous_rank,
        first_value(grade) OVER chronological AS first_grade,
        first_value(grade_rank) OVER chronological AS first_rank,
        first_value(inspection_start) OVER chronological AS first_inspection_start
    FROM judgement_history
    WHERE status = 'graded'
    WINDOW chronological AS (
        PARTITION BY urn, area
        ORDER BY coalesce(inspection_start, published) NULLS FIRST, published NULLS FIRST, report_id
    )
)

SELECT
    graded.urn,
    graded.local_authority,
    graded.region_name,
    graded.area,
    authorities.valid_to IS NULL AND (in_force.report_id IS NOT NULL OR graded.family <> 'inspection') AS is_current,
    graded.grade,
    graded.grade_rank,
    graded.inspection_start,
    graded.report_id,
    graded.previous_grade,
    graded.previous_inspection_start,
    graded.change,
    graded.previous_rank - graded.grade_rank AS steps,
    graded.first_grade,
    graded.first_inspection_start,
    CASE
        WHEN graded.times_graded = 1 THEN NULL
        WHEN graded.grade_rank < graded.first_rank THEN 'improved'
        WHEN graded.grade_rank > graded.first_rank THEN 'declined'
        ELSE 'same'
    END AS change_since_first,
    CASE WHEN graded.times_graded > 1 THEN graded.first_rank - graded.grade_rank END AS steps_since_first,
    graded.times_graded,
    graded.area_label,
    graded.published,
    graded.source_url || '#page=' || graded.page AS page_link
FROM graded
JOIN authorities ON authorities.urn = graded.urn
LEFT JOIN judgement_periods AS in_force ON in_force.report_id = graded.report_id AND in_force.until IS NULL
WHERE graded.position = graded.times_graded
ORDER BY graded.local_authority, graded.area;
