-- Do the judgements here agree with Ofsted's own statistics? One row for every cell that either of the two has.
--
-- For whoever wants to know how far the reading can be trusted. A row of the statistics belongs to the publication of
-- a full inspection of the same authority, listed within ten days of the day that they give (the nearest). Where the
-- two differ, a declared rule says why, and 'explanation' puts it into words; what no rule explains is 'unexplained',
-- and there should be none. The statistics held here are an excerpt, and end with inspections to 31 March 2025.
--
-- The rules: adequate_then (they show the adequate of before 2014 as requires_improvement), reviewed (looked up in
-- the report: official_differences), corrected (what the report prints was corrected: corrections), not_listed (the
-- site lists no such report), file_gone (it lists it, the file is gone), unreadable (the file has no text),
-- area_not_theirs (they have no column for an area of 2013), after_their_end (inspected after the last day that they
-- cover), authority_not_theirs (not in the excerpt). Two more say where an equal cell stands: judged_together
-- (in_care_and_care_leavers here, in_care there), board_apart (the review of the Local Safeguarding Children Board
-- was published by itself, up to half a year later).
--
-- Columns:
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- official_framework: Kind of inspection, as the statistics call it; null where they have no row
-- official_published: Day of publication, as they have it
-- area: Judgement area, as a column of official_judgements or as the report has it
-- official_grade: Their grade, in this dataset's words; null if they have none
-- grade: The grade here; null if there is none
-- outcome: same, explained or unexplained
-- rule: The rule that explains, or says where an equal cell stands; null if none is needed, or none does
-- explanation: The rule in words
-- report_id: The report whose judgement is compared
-- published: Day of its publication, as the site lists it
WITH official AS (
    UNPIVOT (
        SELECT urn, framework, published, overall_effectiveness, help_and_protection, in_care, care_leavers,
            leadership, adoption, lscb
        FROM official_judgements
    )
    ON overall_effectiveness, help_and_protection, in_care, care_leavers, leadership, adoption, lscb
    INTO NAME area VALUE words
),

words AS (
    SELECT *
    FROM (VALUES
        ('Outstanding', 'outstanding'),
        ('Good', 'good'),
        ('Requires improvement to be good', 'requires_improvement'),
        ('Inadequate', 'inadequate')
    ) AS translated (words, grade)
),

rules AS (
    SELECT *
    FROM (VALUES
        ('adequate_then', 'The statistics show the adequate of before 2014 as requires improvement'),
        ('not_listed', 'The site, or the part of it that was read, lists no such report'),
        ('file_gone', 'The site lists the report, but its file is gone'),
        ('unreadable', 'The file has no text that could be read'),
        ('area_not_theirs', 'The statistics have no column for this area of 2013'),
        ('after_their_end', 'Inspected after the last day that the statistics cover'),
        ('authority_not_theirs', 'The authority is not in the excerpt of the statistics'),
        ('judged_together', 'Children in care and care leavers were judged together: in_care_and_care_leavers here'),
        ('board_apart', 'The review of the board was published by itself')
    ) AS declared (rule, explanation)
),

inspections AS (
    SELECT
        publications.urn,
        publications.report_id,
        publications.published,
        reports.status,
        reports.framework,
        reports.inspection_start
    FROM publications
    LEFT JOIN reports ON reports.report_id = publications.report_id
    ANTI JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
    WHERE publications.family = 'inspection'
),

-- Each report with the row of the statistics it belongs to, if it has one. A review of a board belongs to the
-- inspection before it.
belonging AS (
    SELECT
        inspections.*,
        theirs.framework AS official_framework,
        theirs.published AS official_published
    FROM inspections
    LEFT JOIN official_judgements AS theirs
        ON theirs.urn = inspections.urn
        AND CASE
            WHEN inspections.framework = 'lscb_review'
                THEN theirs.framework = 'SIF'
                    AND inspections.published - theirs.published BETWEEN 0 AND 183
            ELSE abs(inspections.published - theirs.published) <= 10
        END
    QUALIFY row_number() OVER (
        PARTITION BY inspections.report_id ORDER BY abs(inspections.published - theirs.published), theirs.framework
    ) = 1
),

judged AS (
    SELECT
        belonging.*,
        judgements.area AS area_here,
        CASE judgements.area WHEN 'in_care_and_care_leavers' THEN 'in_care' ELSE judgements.area END AS area,
        judgements.grade
    FROM belonging
    JOIN judgements ON judgements.report_id = belonging.report_id AND judgements.status = 'graded'
),

-- The publication of each row of the statistics, whether it could be read or not.
published AS (
    SELECT *
    FROM belonging
    WHERE framework IS DISTINCT FROM 'lscb_review'
    QUALIFY row_number() OVER (
        PARTITION BY urn, official_framework, official_published
        ORDER BY abs(published - official_published), report_id
    ) = 1
),

cells AS (
    SELECT
        coalesce(official.urn, judged.urn) AS urn,
        coalesce(official.framework, judged.official_framework) AS official_framework,
        coalesce(official.published, judged.official_published) AS official_published,
        coalesce(official.area, judged.area) AS area,
        words.grade AS official_grade,
        judged.grade,
        judged.area_here,
        judged.framework,
        coalesce(judged.inspection_start, judged.published) AS inspected,
        coalesce(judged.report_id, published.report_id) AS report_id,
        coalesce(judged.published, published.published) AS published,
        published.status
    FROM official
    JOIN words ON words.words = official.words
    LEFT JOIN published
        ON published.urn = official.urn
        AND published.official_framework = official.framework
        AND published.official_published = official.published
    FULL JOIN judged
        ON judged.urn = official.urn
        AND judged.official_framework = official.framework
        AND judged.official_published = official.published
        AND judged.area = official.area
),

explained AS (
    SELECT
        cells.*,
        coalesce(differences.reason, corrections.reason) AS reason,
        CASE
            WHEN cells.grade = cells.official_grade AND cells.framework = 'lscb_review' THEN 'board_apart'
            WHEN cells.grade = cells.official_grade AND cells.area_here <> cells.area THEN 'judged_together'
            WHEN cells.grade = cells.official_grade THEN NULL
            WHEN differences.urn IS NOT NULL THEN 'reviewed'
            WHEN corrections.reason IS NOT NULL THEN 'corrected'
            WHEN cells.grade = 'adequate' AND cells.official_grade = 'requires_improvement' THEN 'adequate_then'
            WHEN cells.report_id IS NULL AND NOT EXISTS (
                FROM belonging AS near
                WHERE near.urn = cells.urn
                    AND near.official_framework IS NULL
                    AND abs(near.published - cells.official_published) <= 183
            ) THEN 'not_listed'
            WHEN cells.grade IS NULL AND cells.status = 'missing' THEN 'file_gone'
            WHEN cells.grade IS NULL AND cells.status = 'unreadable' THEN 'unreadable'
            WHEN cells.official_grade IS NULL AND cells.framework = 'looked_after_2013'
                AND cells.area NOT IN (SELECT area FROM official) THEN 'area_not_theirs'
            WHEN cells.official_framework IS NULL AND cells.urn NOT IN (SELECT urn FROM official_judgements)
                THEN 'authority_not_theirs'
            WHEN cells.official_framework IS NULL AND cells.inspected > (
                SELECT max(make_date(CAST(right(release, 4) AS INTEGER), 3, 31)) FROM official_judgements
            ) THEN 'after_their_end'
        END AS rule
    FROM cells
    LEFT JOIN official_differences AS differences
        ON differences.urn = cells.urn
        AND differences.published = cells.official_published
        AND differences.area = cells.area
        AND differences.grade IS NOT DISTINCT FROM cells.grade
        AND differences.official_grade IS NOT DISTINCT FROM cells.official_grade
    LEFT JOIN corrections
        ON corrections."table" = 'judgements'
        AND corrections.key = cells.report_id || ' ' || cells.area_here
        AND corrections."column" = 'grade'
)

SELECT
    explained.urn,
    authorities.name AS local_authority,
    explained.official_framework,
    explained.official_published,
    explained.area,
    explained.official_grade,
    explained.grade,
    CASE
        WHEN explained.grade = explained.official_grade THEN 'same'
        WHEN explained.rule IS NOT NULL THEN 'explained'
        ELSE 'unexplained'
    END AS outcome,
    explained.rule,
    coalesce(explained.reason, rules.explanation) AS explanation,
    explained.report_id,
    explained.published
FROM explained
JOIN authorities ON authorities.urn = explained.urn
LEFT JOIN rules ON rules.rule = explained.rule
ORDER BY authorities.name, coalesce(explained.official_published, explained.published), explained.area;
