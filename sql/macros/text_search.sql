-- Which texts speak of something? What finding_search and recommendation_search have in common.
--
-- Parameters:
-- query: Words, in any order; a text need not have them all
-- which_texts: findings or recommendations
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
-- kind: What kind of finding or recommendation it is
-- paragraph: Its printed number; null if it has none
-- text: Its words
-- page: Page it starts on
-- report_id: The report
-- ordinal: Its place among the report's findings, or recommendations
-- source_url: Public address of the report
WITH texts AS (
    SELECT report_id, ordinal, section_title, area, kind, paragraph, text, page
    FROM findings
    WHERE which_texts = 'findings'
    UNION ALL
    SELECT report_id, ordinal, section_title, area, kind, paragraph, text, page
    FROM recommendations
    WHERE which_texts = 'recommendations'
)

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
FROM search_scores(query, which_texts) AS scores
JOIN texts ON texts.report_id = scores.report_id AND texts.ordinal = scores.ordinal
JOIN reports ON reports.report_id = texts.report_id
JOIN authorities ON authorities.urn = reports.urn
ORDER BY scores.score DESC, reports.published DESC NULLS LAST, texts.report_id, texts.ordinal;
