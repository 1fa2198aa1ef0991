-- What do inspectors ask an authority to improve?
--
-- Every recommendation of its latest full inspection, as printed, with its page.
SELECT recommendations.ordinal, recommendations.kind, recommendations.text, recommendations.outcomes,
    recommendations.page
FROM latest_judgements
JOIN recommendations ON recommendations.report_id = latest_judgements.report_id
WHERE latest_judgements.local_authority = 'Trafford'
ORDER BY recommendations.ordinal;
