-- How well does each text match a query? One row for every text that contains at least one of its words.
--
-- Okapi BM25 (k1 = 1.2, b = 0.75) over all findings and recommendations: rare words weigh more than common ones, and a
-- word weighs more in a short text. finding_search and recommendation_search add the texts.
--
-- Parameters:
-- query: Words, in any order; a text need not contain all of them
-- which_texts: Table to search: findings or recommendations
--
-- Columns:
-- document: Document number, as in search_documents
-- report_id: Report number
-- ordinal: Position among the report's findings or recommendations, from 1
-- words_found: Number of different query words in the text
-- score: BM25 score; comparable only within one query
WITH query_words AS (
    SELECT DISTINCT search_word(token) AS word
    FROM (SELECT unnest(search_tokens(query)) AS token)
),

hits AS (
    SELECT postings.word, postings.document, postings.frequency
    FROM search_postings AS postings
    WHERE postings.word IN (SELECT word FROM query_words)
),

document_frequencies AS (
    SELECT word, count(*) AS documents
    FROM hits
    GROUP BY word
),

corpus AS (
    SELECT count(*) AS documents, avg(words) AS mean_words
    FROM search_documents
)

SELECT
    hits.document,
    search_documents.report_id,
    search_documents.ordinal,
    count(*) AS words_found,
    round(
        sum(
            ln(
                1 + (corpus.documents - document_frequencies.documents + 0.5)
                / (document_frequencies.documents + 0.5)
            )
            * hits.frequency * 2.2
            / (hits.frequency + 1.2 * (0.25 + 0.75 * search_documents.words / corpus.mean_words))
        ),
        3
    ) AS score
FROM hits
JOIN document_frequencies ON document_frequencies.word = hits.word
JOIN search_documents ON search_documents.document = hits.document AND search_documents.source_table = which_texts
CROSS JOIN corpus
GROUP BY hits.document, search_documents.report_id, search_documents.ordinal
