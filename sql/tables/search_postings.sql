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
WITH
-- A number for each word and abbreviation: numbers need less memory than words.
numbers AS (
    SELECT word, CAST(row_number() OVER (ORDER BY word) AS INTEGER) AS number
    FROM (
        SELECT word FROM search_spellings
        UNION
        SELECT word FROM abbreviation_words()
        UNION
        SELECT upper(abbreviation) FROM abbreviations
    )
),

-- The words of the texts with the number of their stem. A stop word has a number only if an expansion contains it.
word_numbers AS (
    SELECT spellings.spelling, numbers.number, false AS is_stop_word
    FROM search_spellings AS spellings
    JOIN numbers ON numbers.word = spellings.word
    UNION ALL
    SELECT numbers.word, numbers.number, true
    FROM numbers
    ANTI JOIN search_spellings AS spellings ON spellings.spelling = numbers.word
),

occurrences AS MATERIALIZED (
    SELECT
        tokens.document,
        tokens.position,
        word_numbers.number,
        coalesce(word_numbers.is_stop_word, true) AS is_stop_word
    FROM (
        SELECT document, unnest(tokens) AS token, CAST(generate_subscripts(tokens, 1) AS SMALLINT) AS position
        FROM (SELECT document, search_tokens(text) AS tokens FROM searchable_texts())
    ) AS tokens
    LEFT JOIN word_numbers ON word_numbers.spelling = tokens.token
),

-- An abbreviation is represented by the number of its row of the index, and its forms have numbers too.
expansion_words AS (
    SELECT
        abbreviations.number AS abbreviation,
        CAST(dense_rank() OVER (ORDER BY words.abbreviation, words.form) AS SMALLINT) AS form,
        CAST(words.length AS TINYINT) AS length,
        CAST(words.position AS SMALLINT) AS position,
        numbers.number
    FROM abbreviation_words() AS words
    JOIN numbers ON numbers.word = words.word
    JOIN numbers AS abbreviations ON abbreviations.word = upper(words.abbreviation)
    WHERE words.is_expansion
),

-- Successive words that are an expansion of an abbreviation, looked for at the rarest word of the expansion.
anchors AS (
    SELECT
        words.form,
        arg_min(words.position, counts.occurrences) AS position,
        arg_min(words.number, counts.occurrences) AS number
    FROM expansion_words AS words
    JOIN (SELECT number, count(*) AS occurrences FROM occurrences GROUP BY number) AS counts
        ON counts.number = words.number
    GROUP BY words.form
),

places AS (
    SELECT
        anchors.form,
        occurrences.document,
        CAST(occurrences.position - anchors.position AS SMALLINT) AS start
    FROM anchors
    JOIN occurrences ON occurrences.number = anchors.number
),

-- Materialized because DuckDB otherwise joins occurrences with words first, which needs several times the memory.
expected_words AS MATERIALIZED (
    SELECT
        words.abbreviation,
        places.form,
        words.length,
        places.document,
        places.start,
        CAST(places.start + words.position AS SMALLINT) AS position,
        words.number
    FROM places
    JOIN expansion_words AS words ON words.form = places.form
),

expansions AS (
    SELECT expected.abbreviation, expected.document
    FROM expected_words AS expected
    JOIN (FROM occurrences WHERE number IN (SELECT number FROM expansion_words)) AS occurrences
        ON occurrences.document = expected.document
        AND occurrences.position = expected.position
        AND occurrences.number = expected.number
    GROUP BY expected.abbreviation, expected.form, expected.document, expected.start
    HAVING count(*) = any_value(expected.length)
),

-- Abbreviations are printed in capitals: 'SEND' is not the verb.
capitals AS (
    SELECT document, unnest(regexp_extract_all(text, '\b([A-Z][A-Za-z]*[A-Z])s?\b', 1)) AS abbreviation
    FROM searchable_texts()
),

frequencies AS (
    SELECT number, document, CAST(count(*) AS SMALLINT) AS frequency
    FROM (
        SELECT number, document FROM occurrences WHERE NOT is_stop_word
        UNION ALL
        SELECT abbreviation, document FROM expansions
        UNION ALL
        SELECT numbers.number, capitals.document
        FROM capitals
        JOIN numbers ON numbers.word = upper(capitals.abbreviation)
    )
    GROUP BY number, document
),

lengths AS (
    SELECT document, count(*) AS length, avg(count(*)) OVER () AS mean_length
    FROM occurrences
    GROUP BY document
),

-- Number of the document and weight in one number: a list of numbers is sorted in less memory than two lists.
lists AS (
    SELECT
        frequencies.number,
        list_sort(list(CAST(
            32 * frequencies.document + greatest(1, round(
                14 * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * lengths.length / lengths.mean_length))
            ))
        AS INTEGER))) AS entries
    FROM frequencies
    JOIN lengths ON lengths.document = frequencies.document
    GROUP BY frequencies.number
)

SELECT
    numbers.word,
    list_transform(lists.entries, entry -> entry // 32) AS documents,
    list_transform(lists.entries, entry -> CAST(entry % 32 AS UTINYINT)) AS weights
FROM lists
JOIN numbers ON numbers.number = lists.number
ORDER BY numbers.word;
