-- The number of searchable texts.
SELECT count(*) AS texts FROM search_documents;
