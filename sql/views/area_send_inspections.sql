-- What were the outcomes of area SEND inspections, and when is the next one due? One row for every inspection, latest first.
--
-- The columns up to inspection_outcome_text have the names and order of workbooks that local authority analysts already
-- use; filter by is_latest for one row per authority. Only reports that count are used (reports.counts); a republished
-- report has one row, with its last version. Inspections of 2016 to 2022 and revisits have an outcome on another scale:
-- their outcome_grade is null, and outcome has the value.
--
-- next_inspection is the interval that the report prints, counted from the first day of the inspection in
-- next_inspection_by_date. Reports say 'approximately'.
--
-- Columns:
-- urn: Ofsted's unique reference number (URN) of the authority
-- la_code: Department for Education's three-digit code of the authority
-- region_code: ONS code of the region
-- la_code_new: Latest ONS code of the authority's area
-- stat_neighbours: Its ten statistical neighbours, closest first, separated by '; '
-- local_authority: Short name of the authority
-- inspection_link: URL of the PDF
-- outcome_grade: Outcome since 2023 as a number: 1 positive, 2 inconsistent, 3 systemic failings
-- previous_inspection_date: First day of the previous inspection, as printed
-- inspection_start_date: First day of the inspection
-- inspection_end_date: Last day of the inspection
-- publication_date: Publication date listed on the site
-- next_inspection: Interval to the next full inspection, such as '3 years'; null if not stated
-- next_inspection_by_date: First day of the inspection plus this interval
-- inspection_outcome_text: Text of the section on the outcome, one paragraph per line
-- outcome: Outcome on the scale of the inspection's framework; null unless given
-- is_latest: Whether this is the authority's latest area SEND inspection here
-- summary_priority_action: Areas for priority action, one per line; null if none
-- summary_improvement: Areas for improvement, one per line; null if none
-- region_name: Region of England
-- framework: Inspection framework
-- report_id: Report number; joins to judgements, findings and recommendations
WITH outcomes AS (
    SELECT
        report_id,
        max(grade) AS grade,
        max(grade_rank) FILTER (WHERE area = 'area_send_outcome') AS outcome_rank
    FROM judgements
    WHERE status = 'graded'
    GROUP BY report_id
),

outcome_texts AS (
    SELECT
        report_id,
        string_agg(text, chr(10) ORDER BY ordinal) AS text,
        regexp_extract(
            string_agg(text, ' ' ORDER BY ordinal),
            '(?i)next full [a-z ]*inspection will be within (?:approximately )?([a-z]+|[0-9]+) years',
            1
        ) AS interval_printed
    FROM findings
    WHERE kind = 'summary'
    GROUP BY report_id
),

inspections AS (
    SELECT
        reports.*,
        outcome_texts.text AS outcome_text,
        coalesce(
            TRY_CAST(outcome_texts.interval_printed AS INTEGER),
            list_position(['one', 'two', 'three', 'four', 'five'], lower(outcome_texts.interval_printed))
        ) AS years_to_next,
        row_number() OVER (
            PARTITION BY reports.urn
            ORDER BY coalesce(reports.inspection_start, reports.published) DESC NULLS LAST, reports.report_id
        ) = 1 AS is_latest
    FROM reports
    LEFT JOIN outcome_texts ON outcome_texts.report_id = reports.report_id
    ANTI JOIN superseded_reports ON superseded_reports.report_id = reports.report_id
    WHERE reports.counts AND reports.family = 'area_send'
)

SELECT
    inspections.urn,
    authorities.dfe_code AS la_code,
    authorities.region_gss_code AS region_code,
    authorities.gss_code AS la_code_new,
    neighbour_lists.names AS stat_neighbours,
    authorities.name AS local_authority,
    inspections.source_url AS inspection_link,
    outcomes.outcome_rank AS outcome_grade,
    inspections.previous_start AS previous_inspection_date,
    inspections.inspection_start AS inspection_start_date,
    inspections.inspection_end AS inspection_end_date,
    inspections.published AS publication_date,
    inspections.years_to_next || ' years' AS next_inspection,
    CAST(inspections.inspection_start + to_years(CAST(inspections.years_to_next AS INTEGER)) AS DATE)
        AS next_inspection_by_date,
    inspections.outcome_text AS inspection_outcome_text,
    outcomes.grade AS outcome,
    inspections.is_latest,
    report_requests.priority_action_text AS summary_priority_action,
    report_requests.improvement_text AS summary_improvement,
    authorities.region_name,
    inspections.framework,
    inspections.report_id
FROM inspections
JOIN authorities ON authorities.urn = inspections.urn
LEFT JOIN neighbour_lists ON neighbour_lists.urn = inspections.urn
LEFT JOIN outcomes ON outcomes.report_id = inspections.report_id
LEFT JOIN report_requests ON report_requests.report_id = inspections.report_id
ORDER BY
    coalesce(inspections.inspection_start, inspections.published) DESC NULLS LAST,
    authorities.name,
    inspections.report_id;
