-- Which word stands in which texts, and how often: one row for every word and text.
--
-- Half of the index that finding_search and recommendation_search read; made when the database is built. Sorted by
-- word, so that a search reads only its own words' rows. The commonest words of English grammar are left out.
--
-- Columns:
-- word: A word, as search_word makes it
-- document: Number of the text, as in search_documents
-- frequency: How often the word stands in it
WITH texts AS (
    SELECT 'findings' AS source_table, report_id, ordinal, text FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, text FROM recommendations
),

standing AS (
    SELECT documents.document, unnest(search_tokens(texts.text)) AS token
    FROM search_documents AS documents
    JOIN texts
        ON texts.source_table = documents.source_table
        AND texts.report_id = documents.report_id
        AND texts.ordinal = documents.ordinal
),

-- Each spelling is taken back to its word once, not each time it stands somewhere.
spellings AS (
    SELECT token, search_word(token) AS word
    FROM standing
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
    standing.document,
    CAST(count(*) AS SMALLINT) AS frequency
FROM standing
JOIN spellings ON spellings.token = standing.token
GROUP BY spellings.word, standing.document
ORDER BY spellings.word, standing.document;
