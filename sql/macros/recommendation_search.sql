-- Which recommendations speak of something? One row for each that has a word of the query, the best first:
-- recommendation_search('homeless 16').
--
-- Ranked by Okapi BM25 (search_scores) over an index in tables: it works offline, in every DuckDB that opens the
-- file, and needs no extension. Singular finds plural and the other way round (search_word). Put LIMIT behind it.
-- Where the database is attached under a name, say USE and the name first.
--
-- Parameters:
-- query: Words, in any order; a text need not have them all
--
-- Columns:
-- score: The higher the better; for ranking within one query only
-- words_found: How many different words of the query stand in it
-- urn: The authority, by Ofsted's unique reference number
-- local_authority: Short name in common use
-- published: Day of publication, as the site lists it
-- family: Kind of report
-- framework: Inspection framework
-- section_title: Heading under which it stands
-- area: Judgement area it belongs to, by its section
-- kind: What kind of recommendation it is
-- paragraph: Its printed number; null if it has none
-- text: Its words
-- page: Page it starts on
-- report_id: The report
-- ordinal: Its place among the report's recommendations
-- source_url: Public address of the report
SELECT
    scores.score,
    scores.words_found,
    reports.urn,
    authorities.name AS local_authority,
    reports.published,
    reports.family,
    reports.framework,
    texts.section_title,
    texts.area,
    texts.kind,
    texts.paragraph,
    texts.text,
    texts.page,
    texts.report_id,
    texts.ordinal,
    reports.source_url
FROM search_scores(query, 'recommendations') AS scores
JOIN recommendations AS texts ON texts.report_id = scores.report_id AND texts.ordinal = scores.ordinal
JOIN reports ON reports.report_id = texts.report_id
JOIN authorities ON authorities.urn = reports.urn
ORDER BY scores.score DESC, reports.published DESC NULLS LAST, texts.report_id, texts.ordinal;
