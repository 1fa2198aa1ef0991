-- Where are inspectors asking for something about homeless 16- and 17-year-olds?
--
-- Ranked search in stock DuckDB. A text need not have all words: words_found says how many it has.
SELECT score, words_found, local_authority, published, text
FROM recommendation_search('homeless 16 17')
LIMIT 8;
