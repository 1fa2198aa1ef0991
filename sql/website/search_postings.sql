-- The inverted index of the search, one row per word: the texts that contain it and how often.
SELECT word, list(document ORDER BY document) AS documents, list(frequency ORDER BY document) AS frequencies
FROM search_postings
GROUP BY word
ORDER BY word;
