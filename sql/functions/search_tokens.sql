-- The words of a text in order, lower-case and without accents: search_tokens('Children''s homes, 16-year-olds').
--
-- Digits count as words. Hyphens and apostrophes separate words: '16-year-olds' becomes three words, and "children's"
-- leaves an 's', which is a stop word of the index.
--
-- Parameters:
-- words_of: Any text
regexp_extract_all(lower(strip_accents(words_of)), '[a-z0-9]+')
