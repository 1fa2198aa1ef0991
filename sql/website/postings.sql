-- In which texts each word stands, and how often: the index of the search, a row for each word.
SELECT word, list(document ORDER BY document) AS documents, list(frequency ORDER BY document) AS frequencies
FROM search_postings
GROUP BY word
ORDER BY word;
