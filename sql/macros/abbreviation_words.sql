-- The words of each form of an abbreviation: of its expansions, and of the abbreviation itself with its plural.
--
-- Used by the tables and macros of the search.
--
-- Columns:
-- abbreviation: Abbreviation
-- form: The form as words separated by spaces
-- is_expansion: Whether the form is an expansion rather than the abbreviation itself
-- length: Number of words of the form
-- position: Position of the word in the form, from 1
-- word: The word as in search_spellings; a stop word unchanged
WITH forms AS (
    SELECT abbreviation, search_tokens(expansion) AS tokens, true AS is_expansion
    FROM abbreviations
    UNION
    SELECT abbreviation, search_tokens(abbreviation || ending) AS tokens, false AS is_expansion
    FROM abbreviations
    CROSS JOIN (SELECT unnest(['', 's']) AS ending)
),

words AS (
    SELECT
        abbreviation,
        array_to_string(tokens, ' ') AS form,
        is_expansion,
        CAST(len(tokens) AS INTEGER) AS length,
        CAST(generate_subscripts(tokens, 1) AS INTEGER) AS position,
        unnest(tokens) AS token
    FROM forms
)

SELECT
    words.abbreviation,
    words.form,
    words.is_expansion,
    words.length,
    words.position,
    coalesce(spellings.word, words.token) AS word
FROM words
LEFT JOIN search_spellings AS spellings ON spellings.spelling = words.token
