-- Which judgements should a report give that were not read? One row for every report with such a judgement.
--
-- Distinguishes a grade that could not be read from one that the report does not give: both are null in views with one
-- column for each area. Those views show these areas in the column not_read.
--
-- Columns:
-- report_id: Report number
-- areas: Judgement areas, in alphabetical order, separated by '; '
SELECT report_id, string_agg(area, '; ' ORDER BY area) AS areas
FROM (
    SELECT report_id, area
    FROM judgements
    WHERE status = 'not_found'

    UNION

    -- An area that the framework does not require but that this report judges has no row in judgements.
    SELECT report_id, detail AS area
    FROM extraction_issues
    WHERE code = 'judgement_missing'
)
GROUP BY report_id
ORDER BY report_id;
