-- What became better or worse? One row for every authority and area: its last grade, the one before, and its first.
--
-- For national and regional counts of improvement, and for one authority at a glance. Only graded judgements are
-- compared, each with those of the very same area of the same authority, under whichever framework; former
-- authorities are here with their own last judgements. judgement_history has every step between. Changes are on
-- four-step scales by rank, so that adequate (2013) to requires_improvement is 'same'.
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- region_name: Region of England
-- area: Canonical name of the judgement area
-- is_current: Whether the last grade stands today: it is of the latest full inspection, or the latest of area SEND
-- grade: The last grade
-- grade_rank: 1 is the best of its scale
-- inspection_start: First day of the inspection that gave it
-- report_id: The report that gave it
-- previous_grade: The grade before; null if there is one only
-- previous_inspection_start: First day of the inspection that gave it
-- change: From the previous to the last: improved, declined or same; null if there is one only
-- steps: Ranks gained since the previous grade; negative where lost
-- first_grade: The first grade
-- first_inspection_start: First day of the inspection that gave it
-- change_since_first: From the first to the last: improved, declined or same; null if there is one only
-- steps_since_first: Ranks gained since the first grade; negative where lost
-- times_graded: How often the area was graded
WITH graded AS (
    SELECT
        *,
        row_number() OVER forwards AS place,
        count(*) OVER (PARTITION BY urn, area) AS times_graded,
        lag(grade_rank) OVER forwards AS previous_rank,
        first_value(grade) OVER forwards AS first_grade,
        first_value(grade_rank) OVER forwards AS first_rank,
        first_value(inspection_start) OVER forwards AS first_inspection_start
    FROM judgement_history
    WHERE status = 'graded'
    WINDOW forwards AS (
        PARTITION BY urn, area
        ORDER BY coalesce(inspection_start, published) NULLS FIRST, published NULLS FIRST, report_id
    )
)

SELECT
    graded.urn,
    graded.local_authority,
    graded.region_name,
    graded.area,
    authorities.valid_to IS NULL AND (standing.report_id IS NOT NULL OR graded.family = 'area_send') AS is_current,
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
    graded.times_graded
FROM graded
JOIN authorities ON authorities.urn = graded.urn
LEFT JOIN judgement_periods AS standing ON standing.report_id = graded.report_id AND standing.until IS NULL
WHERE graded.place = graded.times_graded
ORDER BY graded.local_authority, graded.area;
