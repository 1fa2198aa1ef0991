-- The words that occur in texts, with the word that the index has for each, its spellings, and its number of texts.
SELECT
    spellings.spelling,
    spellings.word,
    list(spellings.spelling) OVER (PARTITION BY spellings.word ORDER BY spellings.spelling
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS spellings,
    len(postings.documents) AS documents
FROM search_spellings AS spellings
JOIN search_postings AS postings ON postings.word = spellings.word
ORDER BY spellings.spelling;
