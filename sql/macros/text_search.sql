-- Which texts match a query? Shared implementation of finding_search and recommendation_search.
--
-- Parameters:
-- query: Words, "phrases", and either with a minus sign before it, as in search_terms
-- which_texts: Table to search: findings or recommendations
--
-- Columns:
-- score: BM25 score; comparable only within one query
-- words_found: Number of different words and phrases of the query in the text
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
JOIN searchable_texts() AS texts ON texts.document = scores.document
JOIN reports ON reports.report_id = texts.report_id
JOIN authorities ON authorities.urn = reports.urn
ORDER BY scores.score DESC, scores.document DESC
