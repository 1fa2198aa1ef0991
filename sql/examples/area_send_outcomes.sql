-- What were the outcomes of area SEND inspections?
--
-- The outcome is one of three: positive, inconsistent or systemic_failings. Use only judgements that count.
SELECT authorities.name, reports.inspection_start, judgements.grade AS outcome, judgements.page,
    (SELECT count(*) FROM recommendations WHERE recommendations.report_id = reports.report_id) AS recommendations
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
JOIN authorities ON authorities.urn = judgements.urn
WHERE judgements.counts AND judgements.area = 'area_send_outcome'
ORDER BY reports.inspection_start DESC, authorities.name;
