-- Which texts mention the words of a query? Shared implementation of finding_search and recommendation_search.
--
-- Parameters:
-- query: Words, in any order; a text need not contain all of them
-- which_texts: Table to search: findings or recommendations
--
-- Columns:
-- score: BM25 score; comparable only within one query
-- words_found: Number of different query words in the text
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- published: Publication date listed on the site
-- family: Report family
-- framework: Inspection framework
-- section_title: Heading of the section
-- area: Judgement area of the section
-- kind: Kind of finding or recommendation
-- paragraph: Printed paragraph number; null if it has none
-- text: Text of the finding or recommendation
-- page: Page on which it starts, from 1
-- report_id: Report number
-- ordinal: Position among the report's findings or recommendations, from 1
-- source_url: URL of the PDF
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
