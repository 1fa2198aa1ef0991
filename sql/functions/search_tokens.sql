-- The words of a text in order, lower-case and without accents: search_tokens('Children''s homes, 16-year-olds').
--
-- Digits count as words. Hyphens separate words: '16-year-olds' becomes three. A possessive 's is removed and other
-- apostrophes inside a word are ignored: "children's" becomes children, "doesn't" doesnt.
--
-- Parameters:
-- words_of: Any text
regexp_extract_all(
    regexp_replace(
        regexp_replace(lower(strip_accents(words_of)), '([a-z0-9])[''’]s\b', '\1', 'g'),
        '([a-z0-9])[''’]([a-z0-9])',
        '\1\2',
        'g'
    ),
    '[a-z0-9]+'
)
