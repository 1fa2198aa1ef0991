-- Normalised form of a word for the search: search_word('policies') is 'policy'.
--
-- Applied to both the indexed texts and the query. Only plural endings are removed: ies → y (policies → policy); es
-- after x, ch, sh, ss (boxes → box); otherwise s, except in words ending in ss, us or is (homes → home, focus →
-- focus). There is no other stemming: 'placing' does not match 'placement'.
--
-- Parameters:
-- token: A word as returned by search_tokens
regexp_replace(
    regexp_replace(regexp_replace(token, '^([a-z]{2,})ies$', '\1y'), '^([a-z]+)(x|ch|sh|ss)es$', '\1\2'),
    '^([a-z]{2,}[^siu])s$',
    '\1'
)
