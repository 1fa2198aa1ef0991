-- The words of a text, in order, small and without accents: search_tokens('Children''s homes, 16-year-olds').
--
-- Numbers are words; hyphens and apostrophes part words ('16-year-olds' is three, and "children's" leaves an s that no
-- search heeds).
--
-- Parameters:
-- words_of: Any text
regexp_extract_all(lower(strip_accents(words_of)), '[a-z0-9]+')
