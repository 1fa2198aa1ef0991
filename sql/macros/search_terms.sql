-- The clauses of a query, one row for each word of each alternative: search_terms('MASH "drift and delay" -neglect').
--
-- A text matches a query if it matches every clause that is not excluded, and no excluded clause. It matches a clause if
-- it contains all words of one alternative; of a phrase, in succession.
--
-- Every word is a clause. So are words in double quotes, together: a phrase. A minus sign before a word or a phrase
-- excludes it. Words outside quotes that are an abbreviation or one of its expansions (table abbreviations) are one
-- clause, and each abbreviation an alternative to the words. Stop words count only inside a phrase.
--
-- Parameters:
-- query: Words, "phrases", and either with a minus sign before it
--
-- Columns:
-- clause: Position of the clause's first word in the query, from 1
-- is_excluded: Whether a text that matches the clause is excluded
-- is_phrase: Whether the words must be in succession
-- alternative: Abbreviation that stands for the words of the clause; empty for the words themselves
-- position: Position of the word in the query
-- token: The word in the query
-- word: The word as in search_postings; null for a stop word
WITH elements AS (
    SELECT unnest(parts) AS element, generate_subscripts(parts, 1) AS number
    FROM (
        SELECT regexp_extract_all(
            regexp_replace(query, '[“”„]', '"', 'g'), '-?"[^"]*"?|[^"\t\n\f\r ]+'
        ) AS parts
    )
),

element_tokens AS (
    SELECT
        number,
        starts_with(element, '-') AS is_excluded,
        contains(element, '"') AS is_quoted,
        unnest(tokens) AS token,
        generate_subscripts(tokens, 1) AS position
    FROM (SELECT *, search_tokens(element) AS tokens FROM elements)
),

query_words AS MATERIALIZED (
    SELECT
        tokens.number,
        tokens.is_excluded,
        tokens.is_quoted,
        tokens.token,
        CASE WHEN NOT search_stop_word(tokens.token) THEN coalesce(spellings.word, tokens.token) END AS word,
        row_number() OVER (ORDER BY tokens.number, tokens.position) AS position
    FROM element_tokens AS tokens
    LEFT JOIN search_spellings AS spellings ON spellings.spelling = tokens.token
),

-- Stop words at the beginning and the end of a phrase are ignored.
extents AS (
    SELECT
        number,
        is_quoted OR (is_excluded AND count(*) > 1) AS is_fixed,
        min(position) FILTER (word IS NOT NULL) AS first,
        max(position) FILTER (word IS NOT NULL) AS last
    FROM query_words
    GROUP BY number, is_quoted, is_excluded
),

trimmed AS MATERIALIZED (
    SELECT query_words.*, extents.is_fixed, extents.is_fixed AND extents.last > extents.first AS is_phrase, extents.first
    FROM query_words
    JOIN extents ON extents.number = query_words.number
    WHERE NOT extents.is_fixed OR query_words.position BETWEEN extents.first AND extents.last
),

-- Successive words that are a form of an abbreviation; of overlapping forms the longest, then the first.
forms AS MATERIALIZED (
    SELECT
        forms.abbreviation,
        forms.length,
        trimmed.is_excluded,
        trimmed.position - forms.position + 1 AS start
    FROM trimmed
    JOIN abbreviation_words() AS forms ON forms.word = coalesce(trimmed.word, trimmed.token)
    WHERE NOT trimmed.is_fixed
    GROUP BY forms.abbreviation, forms.form, forms.length, trimmed.is_excluded, start
    HAVING count(*) = forms.length
),

abbreviated AS MATERIALIZED (
    SELECT DISTINCT *
    FROM forms
    WHERE NOT EXISTS (
        FROM forms AS other
        WHERE other.start < forms.start + forms.length
            AND forms.start < other.start + other.length
            AND (other.length > forms.length OR (other.length = forms.length AND other.start < forms.start))
    )
)

SELECT
    coalesce(
        (
            SELECT min(abbreviated.start)
            FROM abbreviated
            WHERE NOT trimmed.is_fixed
                AND trimmed.position >= abbreviated.start
                AND trimmed.position < abbreviated.start + abbreviated.length
        ),
        CASE WHEN trimmed.is_fixed THEN trimmed.first ELSE trimmed.position END
    ) AS clause,
    trimmed.is_excluded,
    trimmed.is_phrase,
    '' AS alternative,
    trimmed.position,
    trimmed.token,
    trimmed.word
FROM trimmed
WHERE trimmed.is_phrase OR trimmed.word IS NOT NULL
UNION ALL
SELECT start, is_excluded, false, abbreviation, start, abbreviation, upper(abbreviation)
FROM abbreviated
