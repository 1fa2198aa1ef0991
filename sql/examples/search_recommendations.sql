-- Which recommendations concern homeless 16- and 17-year-olds?
--
-- Full-text search without DuckDB extensions. A text must contain all words of the query, in any form (homelessness
-- matches too).
SELECT score, local_authority, published, text
FROM recommendation_search('homeless 16 17')
LIMIT 8;
