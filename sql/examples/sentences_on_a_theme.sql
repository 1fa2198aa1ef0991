-- Which sentences mention unregistered homes?
--
-- Every theme match has the matched words and their sentence.
SELECT authorities.name, reports.published, matches.matched, matches.sentence
FROM theme_matches AS matches
JOIN reports ON reports.report_id = matches.report_id
JOIN authorities ON authorities.urn = matches.urn
WHERE reports.counts AND matches.theme = 'unregistered_homes'
ORDER BY reports.published DESC, matches.report_id, matches.ordinal
LIMIT 6;
