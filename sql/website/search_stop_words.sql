-- The stop words of the search.
SELECT unnest(search_stop_words()) AS word
ORDER BY word;
