-- Inverted index of the search: one row for every word and document that contains it.
--
-- Used by finding_search and recommendation_search together with search_documents. Created when the database is built.
-- Sorted by word, so that a search reads only the rows of its own words. Stop words are excluded.
--
-- Columns:
-- word: Word, normalised by search_word
-- document: Document number, as in search_documents
-- frequency: Number of occurrences of the word in the document
WITH texts AS (
    SELECT 'findings' AS source_table, report_id, ordinal, text FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, text FROM recommendations
),

occurrences AS (
    SELECT documents.document, unnest(search_tokens(texts.text)) AS token
    FROM search_documents AS documents
    JOIN texts
        ON texts.source_table = documents.source_table
        AND texts.report_id = documents.report_id
        AND texts.ordinal = documents.ordinal
),

-- Normalises each distinct token once instead of at every occurrence.
spellings AS (
    SELECT token, search_word(token) AS word
    FROM occurrences
    WHERE token NOT IN (
        'a', 'all', 'also', 'an', 'and', 'any', 'are', 'as', 'at', 'be', 'been', 'but', 'by', 'can', 'for',
        'from', 'had', 'has', 'have', 'he', 'in', 'into', 'is', 'it', 'not', 'of', 'on', 'or', 's', 'so',
        'such', 'than', 'that', 'the', 'their', 'them', 'there', 'these', 'they', 'this', 'to', 'was', 'were',
        'when', 'where', 'which', 'who', 'will', 'with'
    )
    GROUP BY token
)

SELECT
    spellings.word,
    occurrences.document,
    CAST(count(*) AS SMALLINT) AS frequency
FROM occurrences
JOIN spellings ON spellings.token = occurrences.token
GROUP BY spellings.word, occurrences.document
ORDER BY spellings.word, occurrences.document;
