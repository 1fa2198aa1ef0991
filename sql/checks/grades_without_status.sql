-- A judgement has a grade if, and only if, its status says that it was graded.
--
-- Severity: blocking
SELECT report_id, area, status, grade, grade_rank
FROM judgements
WHERE (status = 'graded') <> (grade IS NOT NULL) OR (grade IS NULL) <> (grade_rank IS NULL);
