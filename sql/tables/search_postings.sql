-- Inverted index of the search: one row for every word, with the documents that contain it.
--
-- Used by finding_search and recommendation_search together with search_documents. Created when the database is built.
-- Stop words are excluded. An abbreviation that the table abbreviations declares has a row of its own, with all
-- documents that contain it or one of its expansions.
--
-- Columns:
-- word: Word, normalised by search_spellings; in capitals an abbreviation with its expansions
-- documents: Numbers of the documents that contain the word, ascending, as in search_documents
-- weights: For each document, the factor of the BM25 score besides the rarity of the word, in fourteenths (1 to 31)
WITH texts AS (
    SELECT document, text, search_tokens(text) AS tokens
    FROM searchable_texts()
),

occurrences AS (
    SELECT
        texts.document,
        texts.position,
        coalesce(spellings.word, texts.token) AS word,
        spellings.word IS NULL AS is_stop_word
    FROM (
        SELECT document, unnest(tokens) AS token, CAST(generate_subscripts(tokens, 1) AS SMALLINT) AS position
        FROM texts
    ) AS texts
    LEFT JOIN search_spellings AS spellings ON spellings.spelling = texts.token
),

-- Successive words that are an expansion of an abbreviation, looked for at the rarest word of the expansion.
anchors AS (
    SELECT
        words.abbreviation,
        words.form,
        words.length,
        arg_min(words.position, counts.occurrences) AS position,
        arg_min(words.word, counts.occurrences) AS word
    FROM abbreviation_words() AS words
    JOIN (SELECT word, count(*) AS occurrences FROM occurrences GROUP BY word) AS counts ON counts.word = words.word
    WHERE words.is_expansion
    GROUP BY words.abbreviation, words.form, words.length
),

places AS (
    SELECT
        anchors.abbreviation,
        anchors.form,
        anchors.length,
        occurrences.document,
        occurrences.position - anchors.position AS start
    FROM anchors
    JOIN occurrences ON occurrences.word = anchors.word
),

expansions AS (
    SELECT places.abbreviation, places.document
    FROM places
    JOIN abbreviation_words() AS words ON words.abbreviation = places.abbreviation AND words.form = places.form
    JOIN occurrences
        ON occurrences.document = places.document
        AND occurrences.position = places.start + words.position
        AND occurrences.word = words.word
    GROUP BY places.abbreviation, places.form, places.length, places.document, places.start
    HAVING count(*) = places.length
),

-- Abbreviations are printed in capitals: 'SEND' is not the verb.
capitals AS (
    SELECT document, unnest(regexp_extract_all(text, '\b([A-Z][A-Za-z]*[A-Z])s?\b', 1)) AS abbreviation
    FROM texts
),

frequencies AS (
    SELECT word, document, count(*) AS frequency
    FROM (
        SELECT word, document FROM occurrences WHERE NOT is_stop_word
        UNION ALL
        SELECT upper(abbreviation) AS word, document FROM expansions
        UNION ALL
        SELECT upper(abbreviation) AS word, document
        FROM capitals
        WHERE upper(abbreviation) IN (SELECT upper(abbreviation) FROM abbreviations)
    )
    GROUP BY word, document
),

weighted AS (
    SELECT
        frequencies.word,
        frequencies.document,
        CAST(greatest(1, round(
            14 * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(texts.tokens) / mean.length))
        )) AS UTINYINT) AS weight
    FROM frequencies
    JOIN texts ON texts.document = frequencies.document
    CROSS JOIN (SELECT avg(len(tokens)) AS length FROM texts) AS mean
)

SELECT
    word,
    list(document ORDER BY document) AS documents,
    list(weight ORDER BY document) AS weights
FROM weighted
GROUP BY word
ORDER BY word;
