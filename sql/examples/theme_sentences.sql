-- Which sentences speak of unregistered homes?
--
-- Every tag keeps the words that made it, and the sentence they stand in.
SELECT authorities.name, reports.published, matches.matched, matches.sentence
FROM theme_matches AS matches
JOIN reports ON reports.report_id = matches.report_id
JOIN authorities ON authorities.urn = matches.urn
WHERE matches.theme = 'unregistered_homes'
ORDER BY reports.published DESC, matches.report_id, matches.ordinal
LIMIT 6;
