-- Did you mean? For each word of a query that occurs in no text, the most similar word that does:
-- search_suggestions('safegaurding').
--
-- The words begin with the same letter and differ in at most two letters (one in a word of up to four), where two swapped
-- letters count as one. Of equally similar words, the suggestion is the one in most texts.
--
-- Parameters:
-- query: Words and phrases, as in search_terms
--
-- Columns:
-- word: Word of the query
-- suggestion: Word that occurs in the texts
SELECT word, suggestion
FROM (
    SELECT
        tokens.token AS word,
        spellings.spelling AS suggestion,
        damerau_levenshtein(tokens.token, spellings.spelling) AS distance,
        len(postings.documents) AS documents
    FROM (SELECT DISTINCT unnest(search_tokens(query)) AS token) AS tokens
    JOIN search_spellings AS spellings ON spellings.spelling[1] = tokens.token[1]
    JOIN search_postings AS postings ON postings.word = spellings.word
    WHERE NOT search_stop_word(tokens.token)
        AND NOT EXISTS (
            FROM search_spellings AS known
            JOIN search_postings AS occurring ON occurring.word = known.word
            WHERE known.spelling = tokens.token
        )
)
WHERE distance <= CASE WHEN length(word) > 4 THEN 2 ELSE 1 END
QUALIFY row_number() OVER (PARTITION BY word ORDER BY distance, documents DESC, suggestion) = 1
ORDER BY word
