-- How well does each text match a query? One row for every text that has at least one of its words.
--
-- Ranked by Okapi BM25 (k1 = 1.2, b = 0.75) over all findings and recommendations: rare words count more than common
-- ones, and a word counts more in a short text. finding_search and recommendation_search show the texts themselves.
--
-- Parameters:
-- query: Words, in any order; a text need not have them all
-- which_texts: findings or recommendations
--
-- Columns:
-- document: Number of the text, as in search_documents
-- report_id: The report
-- ordinal: The text's place among the report's findings, or recommendations
-- words_found: How many different words of the query stand in it
-- score: The higher the better; for ranking within one query only
WITH asked AS (
    SELECT DISTINCT search_word(token) AS word
    FROM (SELECT unnest(search_tokens(query)) AS token)
),

hits AS (
    SELECT postings.word, postings.document, postings.frequency
    FROM search_postings AS postings
    WHERE postings.word IN (SELECT word FROM asked)
),

spread AS (
    SELECT word, count(*) AS texts
    FROM hits
    GROUP BY word
),

totals AS (
    SELECT count(*) AS texts, avg(words) AS mean_words
    FROM search_documents
)

SELECT
    hits.document,
    documents.report_id,
    documents.ordinal,
    count(*) AS words_found,
    round(
        sum(
            ln(1 + (totals.texts - spread.texts + 0.5) / (spread.texts + 0.5)) * hits.frequency * 2.2
            / (hits.frequency + 1.2 * (0.25 + 0.75 * documents.words / totals.mean_words))
        ),
        3
    ) AS score
FROM hits
JOIN spread ON spread.word = hits.word
JOIN search_documents AS documents ON documents.document = hits.document AND documents.source_table = which_texts
CROSS JOIN totals
GROUP BY hits.document, documents.report_id, documents.ordinal
