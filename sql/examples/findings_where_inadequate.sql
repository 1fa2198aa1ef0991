-- What did inspectors find where they judged help and protection inadequate?
--
-- Findings have the judgement area of their section, which joins them to the grade of that area.
SELECT authorities.name, findings.paragraph, findings.page, findings.text
FROM judgements
JOIN findings ON findings.report_id = judgements.report_id AND findings.area = judgements.area
JOIN authorities ON authorities.urn = judgements.urn
WHERE judgements.counts AND judgements.area = 'help_and_protection' AND judgements.grade = 'inadequate'
ORDER BY judgements.report_id, findings.ordinal
LIMIT 5;
