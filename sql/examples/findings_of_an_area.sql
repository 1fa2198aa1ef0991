-- What did inspectors find where they judged help and protection inadequate?
--
-- Findings hold the area of their section, and judgements its grade.
SELECT authorities.name, findings.paragraph, findings.page, findings.text
FROM judgements
JOIN findings ON findings.report_id = judgements.report_id AND findings.area = judgements.area
JOIN authorities ON authorities.urn = judgements.urn
WHERE judgements.area = 'help_and_protection' AND judgements.grade = 'inadequate'
ORDER BY judgements.report_id, findings.ordinal
LIMIT 5;
