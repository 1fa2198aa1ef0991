-- The inverted index of the search, one row per word: the texts that contain it and the word's weight in each.
SELECT word, documents, weights
FROM search_postings
ORDER BY word;
