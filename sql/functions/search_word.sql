-- The form under which a word is found: search_word('policies') is 'policy'.
--
-- The same for what is searched and for what is asked. Only plurals are taken back: ies → y (policies → policy); es
-- after x, ch, sh, ss (boxes → box); else the s, but not of words in ss, us, is (homes → home, focus → focus). No
-- other stemming: 'placing' does not find 'placement'.
--
-- Parameters:
-- token: A word, as search_tokens gives it
regexp_replace(
    regexp_replace(regexp_replace(token, '^([a-z]{2,})ies$', '\1y'), '^([a-z]+)(x|ch|sh|ss)es$', '\1\2'),
    '^([a-z]{2,}[^siu])s$',
    '\1'
)
