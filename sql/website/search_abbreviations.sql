-- The forms of each abbreviation as the search compares them with a query, with their words in order.
SELECT abbreviation, is_expansion, form, list(word ORDER BY position) AS words
FROM abbreviation_words()
GROUP BY abbreviation, is_expansion, form
ORDER BY abbreviation, is_expansion, form;
