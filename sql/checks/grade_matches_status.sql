-- A judgement has a grade and a rank if, and only if, its status is graded.
--
-- Severity: blocking
SELECT report_id, area, status, grade, grade_rank
FROM judgements
WHERE (status = 'graded') <> (grade IS NOT NULL) OR (grade IS NULL) <> (grade_rank IS NULL);
