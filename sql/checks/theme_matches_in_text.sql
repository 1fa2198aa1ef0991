-- Every theme match has matched words, and its sentence is part of the matched row's text.
--
-- Severity: blocking
SELECT matches.source_table, matches.report_id, matches.ordinal, matches.theme, matches.matched, matches.sentence
FROM theme_matches AS matches
LEFT JOIN (
    SELECT 'findings' AS source_table, report_id, ordinal, text FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, text FROM recommendations
) AS texts
    ON texts.source_table = matches.source_table
    AND texts.report_id = matches.report_id
    AND texts.ordinal = matches.ordinal
WHERE
    len(matches.matched) = 0
    OR NOT contains(matches.sentence, matches.matched[1])
    OR NOT coalesce(contains(texts.text, matches.sentence), false);
