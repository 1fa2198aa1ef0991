-- Which recommendations concern homeless 16- and 17-year-olds?
--
-- Full-text search without DuckDB extensions. A text need not contain all words of the query: words_found counts those
-- it has.
SELECT score, words_found, local_authority, published, text
FROM recommendation_search('homeless 16 17')
LIMIT 8;
