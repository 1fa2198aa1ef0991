-- Every grade is on the scale of its framework, and its rank is its position on that scale.
--
-- Severity: blocking
SELECT judgements.report_id, judgements.area, judgements.grade, judgements.grade_rank, frameworks.scale
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
LEFT JOIN frameworks ON frameworks.framework = reports.framework
WHERE
    judgements.status = 'graded'
    AND list_position(string_split(frameworks.scale, ' '), judgements.grade) IS DISTINCT FROM judgements.grade_rank;
