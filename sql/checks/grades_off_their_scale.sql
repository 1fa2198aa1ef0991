-- Every grade is one of its framework's scale, and its rank is its place there.
--
-- Severity: blocking
SELECT judgements.report_id, judgements.area, judgements.grade, judgements.grade_rank, frameworks.scale
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
LEFT JOIN frameworks ON frameworks.framework = reports.framework
WHERE
    judgements.status = 'graded'
    AND list_position(string_split(frameworks.scale, ' '), judgements.grade) IS DISTINCT FROM judgements.grade_rank;
