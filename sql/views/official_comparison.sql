-- Do the judgements agree with Ofsted's own statistics? One row for every grade that either source has.
--
-- An independent check of the extraction. A row of the statistics is matched to a full inspection report of the same
-- authority published within ten days of the date in the statistics (the nearest one). Where the two grades differ, a
-- declared rule gives the reason; a difference that no rule covers is 'unexplained', and none should occur. The
-- statistics in official_judgements cover all authorities and end with inspections up to 31 March 2025.
--
-- Rules that explain a difference: adequate_then (before 2014, adequate appears in the statistics as
-- requires_improvement), reviewed (checked against the report and recorded in official_differences), corrected (the
-- printed value is replaced in corrections), not_listed (the site lists no such report), file_gone (the report is
-- listed but its PDF is not available), not_counted (the report does not count: reports.counts), unreadable (the PDF has no text layer), area_not_theirs (the statistics have
-- no column for an area of the 2013 framework), after_their_end (inspected after the period of the statistics),
-- authority_not_theirs (the authority is not in the statistics). Two rules describe equal grades in different positions:
-- judged_together (in_care_and_care_leavers in the report, in_care in the statistics) and board_apart (the review of
-- the Local Safeguarding Children Board was published separately, up to half a year later).
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- official_framework: Type of inspection in the statistics; null if they have no row
-- official_published: Publication date in the statistics
-- area: Judgement area: a column of official_judgements, or else the area in the report
-- official_grade: Grade in the statistics, as a canonical value; null if there is none
-- grade: Grade in judgements; null if there is none
-- outcome: same, explained or unexplained
-- rule: Rule that applies; null if none is needed or none applies
-- explanation: Description of the rule, or the recorded reason of a reviewed or corrected difference
-- report_id: Report number of the compared judgement
-- published: Publication date listed on the site
WITH official AS (
    UNPIVOT (
        SELECT * EXCLUDE (inspection_start, release)
        FROM official_judgements
    )
    ON COLUMNS(* EXCLUDE (urn, framework, published))
    INTO NAME area VALUE official_wording
),

official_scale AS (
    SELECT *
    FROM (VALUES
        ('Outstanding', 'outstanding'),
        ('Good', 'good'),
        ('Requires improvement to be good', 'requires_improvement'),
        ('Inadequate', 'inadequate')
    ) AS wordings (official_wording, grade)
),

rules AS (
    SELECT *
    FROM (VALUES
        ('adequate_then', 'Before 2014, adequate appears in the statistics as requires improvement'),
        ('not_listed', 'No such report is listed on the crawled part of the site'),
        ('file_gone', 'The site lists the report, but its PDF is not available'),
        ('not_counted', 'The report does not count, for the reason in known_issues'),
        ('unreadable', 'The PDF has no text layer'),
        ('area_not_theirs', 'The statistics have no column for this area of the 2013 framework'),
        ('after_their_end', 'Inspected after the period of the statistics'),
        ('authority_not_theirs', 'The authority is not in the statistics'),
        ('judged_together', 'Children in care and care leavers were judged together, as in_care_and_care_leavers'),
        ('board_apart', 'The review of the safeguarding board was published separately')
    ) AS declared (rule, explanation)
),

inspections AS (
    SELECT
        publications.urn,
        publications.report_id,
        publications.published,
        reports.status,
        reports.counts,
        reports.framework,
        reports.inspection_start
    FROM publications
    LEFT JOIN reports ON reports.report_id = publications.report_id
    ANTI JOIN superseded_reports ON superseded_reports.report_id = publications.report_id
    WHERE publications.family = 'inspection'
),

-- Each report with its matching row of the statistics, if any. The review of a safeguarding board matches the
-- inspection published before it.
matched_reports AS (
    SELECT
        inspections.*,
        official_judgements.framework AS official_framework,
        official_judgements.published AS official_published
    FROM inspections
    LEFT JOIN official_judgements
        ON official_judgements.urn = inspections.urn
        AND CASE
            WHEN inspections.framework = 'lscb_review'
                THEN official_judgements.framework = 'SIF'
                    AND inspections.published - official_judgements.published BETWEEN 0 AND 183
            ELSE abs(inspections.published - official_judgements.published) <= 10
        END
    QUALIFY row_number() OVER (
        PARTITION BY inspections.report_id
        ORDER BY abs(inspections.published - official_judgements.published), official_judgements.framework
    ) = 1
),

matched_judgements AS (
    SELECT
        matched_reports.*,
        judgements.area AS report_area,
        CASE judgements.area WHEN 'in_care_and_care_leavers' THEN 'in_care' ELSE judgements.area END AS area,
        judgements.grade
    FROM matched_reports
    JOIN judgements
        ON judgements.report_id = matched_reports.report_id AND judgements.status = 'graded' AND judgements.counts
),

-- The inspection report matched to each row of the statistics, whether or not it was parsed.
official_reports AS (
    SELECT *
    FROM matched_reports
    WHERE framework IS DISTINCT FROM 'lscb_review'
    QUALIFY row_number() OVER (
        PARTITION BY urn, official_framework, official_published
        ORDER BY coalesce(counts, false) DESC, abs(published - official_published), report_id
    ) = 1
),

cells AS (
    SELECT
        coalesce(official.urn, matched_judgements.urn) AS urn,
        coalesce(official.framework, matched_judgements.official_framework) AS official_framework,
        coalesce(official.published, matched_judgements.official_published) AS official_published,
        coalesce(official.area, matched_judgements.area) AS area,
        official_scale.grade AS official_grade,
        matched_judgements.grade,
        matched_judgements.report_area,
        matched_judgements.framework,
        coalesce(matched_judgements.inspection_start, matched_judgements.published) AS inspection_date,
        coalesce(matched_judgements.report_id, official_reports.report_id) AS report_id,
        coalesce(matched_judgements.published, official_reports.published) AS published,
        official_reports.status,
        official_reports.counts
    FROM official
    JOIN official_scale ON official_scale.official_wording = official.official_wording
    LEFT JOIN official_reports
        ON official_reports.urn = official.urn
        AND official_reports.official_framework = official.framework
        AND official_reports.official_published = official.published
    FULL JOIN matched_judgements
        ON matched_judgements.urn = official.urn
        AND matched_judgements.official_framework = official.framework
        AND matched_judgements.official_published = official.published
        AND matched_judgements.area = official.area
),

explained AS (
    SELECT
        cells.*,
        coalesce(differences.reason, corrections.reason) AS reason,
        CASE
            WHEN cells.grade = cells.official_grade AND cells.framework = 'lscb_review' THEN 'board_apart'
            WHEN cells.grade = cells.official_grade AND cells.report_area <> cells.area THEN 'judged_together'
            WHEN cells.grade = cells.official_grade THEN NULL
            WHEN differences.urn IS NOT NULL THEN 'reviewed'
            WHEN corrections.reason IS NOT NULL THEN 'corrected'
            WHEN cells.grade = 'adequate' AND cells.official_grade = 'requires_improvement' THEN 'adequate_then'
            WHEN cells.report_id IS NULL AND NOT EXISTS (
                FROM matched_reports AS nearby_reports
                WHERE nearby_reports.urn = cells.urn
                    AND nearby_reports.official_framework IS NULL
                    AND abs(nearby_reports.published - cells.official_published) <= 183
            ) THEN 'not_listed'
            WHEN cells.grade IS NULL AND cells.status = 'missing' THEN 'file_gone'
            WHEN cells.grade IS NULL AND cells.status = 'unreadable' THEN 'unreadable'
            WHEN cells.grade IS NULL AND NOT cells.counts THEN 'not_counted'
            WHEN cells.official_grade IS NULL AND cells.framework = 'looked_after_2013'
                AND cells.area NOT IN (SELECT area FROM official) THEN 'area_not_theirs'
            WHEN cells.official_framework IS NULL AND cells.urn NOT IN (SELECT urn FROM official_judgements)
                THEN 'authority_not_theirs'
            WHEN cells.official_framework IS NULL AND cells.inspection_date > (
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
        AND corrections.key = cells.report_id || ' ' || cells.report_area
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
