-- Which texts match a query, and how well? One row for every text.
--
-- Okapi BM25 (k1 = 1.2, b = 0.75) over all findings and recommendations: rare words weigh more than common ones, and a
-- word weighs more in a short text. A phrase counts as one word, without regard to the length of the text (b = 0).
-- finding_search and recommendation_search add the texts.
--
-- The parts are materialized because DuckDB 1.0 evaluates them at each reference otherwise, which takes a minute.
--
-- Parameters:
-- query: Words, "phrases", and either with a minus sign before it, as in search_terms
-- which_texts: Table to search: findings or recommendations
--
-- Columns:
-- document: Document number, as in search_documents
-- words_found: Number of different words and phrases of the query in the text
-- score: BM25 score; comparable only within one query
WITH terms AS MATERIALIZED (
    SELECT * FROM search_terms(query)
),

postings AS MATERIALIZED (
    SELECT word, unnest(documents) AS document, unnest(weights) AS weight
    FROM search_postings
    WHERE word IN (SELECT word FROM terms)
),

alternatives AS MATERIALIZED (
    SELECT clause, alternative, is_excluded, is_phrase, count(DISTINCT word) AS words
    FROM terms
    GROUP BY clause, alternative, is_excluded, is_phrase
),

-- Texts with all words of an alternative.
candidates AS MATERIALIZED (
    SELECT alternatives.clause, alternatives.alternative, alternatives.is_excluded, alternatives.is_phrase, postings.document
    FROM alternatives
    JOIN (SELECT DISTINCT clause, alternative, word FROM terms) AS words
        ON words.clause = alternatives.clause AND words.alternative = alternatives.alternative
    JOIN postings ON postings.word = words.word
    GROUP BY ALL
    HAVING count(*) = any_value(alternatives.words)
),

phrase_spellings AS MATERIALIZED (
    SELECT terms.clause, terms.position, coalesce(spellings.spelling, terms.token) AS token
    FROM terms
    LEFT JOIN search_spellings AS spellings ON spellings.word = terms.word
    WHERE terms.is_phrase
),

phrase_lengths AS MATERIALIZED (
    SELECT clause, count(*) AS length
    FROM terms
    WHERE is_phrase
    GROUP BY clause
),

phrase_texts AS (
    SELECT document, unnest(tokens) AS token, generate_subscripts(tokens, 1) AS position
    FROM (
        SELECT document, search_tokens(text) AS tokens
        FROM searchable_texts()
        WHERE document IN (SELECT document FROM candidates WHERE is_phrase)
    )
),

phrase_places AS (
    SELECT spellings.clause, texts.document, texts.position - spellings.position AS start
    FROM phrase_texts AS texts
    JOIN phrase_spellings AS spellings ON spellings.token = texts.token
    JOIN phrase_lengths AS lengths ON lengths.clause = spellings.clause
    GROUP BY ALL
    HAVING count(*) = any_value(lengths.length)
),

phrases AS MATERIALIZED (
    SELECT clause, document, count(*) AS frequency
    FROM phrase_places
    GROUP BY clause, document
),

matches AS MATERIALIZED (
    SELECT clause, is_excluded, document
    FROM candidates
    WHERE NOT is_phrase
    UNION
    SELECT phrases.clause, alternatives.is_excluded, phrases.document
    FROM phrases
    JOIN alternatives ON alternatives.clause = phrases.clause
),

-- What each word and phrase adds to the score, in proportion to its rarity.
weights AS MATERIALIZED (
    SELECT word AS term, document, weight / 14 AS weight
    FROM postings
    WHERE word IN (SELECT word FROM terms WHERE NOT is_phrase AND NOT is_excluded)
    UNION ALL
    SELECT phrases.clause::VARCHAR, phrases.document, phrases.frequency * 2.2 / (phrases.frequency + 1.2)
    FROM phrases
    JOIN alternatives ON alternatives.clause = phrases.clause AND NOT alternatives.is_excluded
),

rarities AS (
    SELECT
        weights.term,
        ln(1 + (corpus.documents - count(*) + 0.5) / (count(*) + 0.5)) AS rarity
    FROM weights
    CROSS JOIN (SELECT count(*) AS documents FROM search_documents) AS corpus
    GROUP BY weights.term, corpus.documents
)

SELECT
    weights.document,
    count(*) AS words_found,
    round(sum(rarities.rarity * weights.weight), 3) AS score
FROM weights
JOIN rarities ON rarities.term = weights.term
JOIN search_documents AS documents ON documents.document = weights.document AND documents.source_table = which_texts
WHERE weights.document IN (
    SELECT document
    FROM matches
    WHERE NOT is_excluded
    GROUP BY document
    HAVING count(DISTINCT clause) = (SELECT count(DISTINCT clause) FROM terms WHERE NOT is_excluded)
)
    AND weights.document NOT IN (SELECT document FROM matches WHERE is_excluded)
GROUP BY weights.document
