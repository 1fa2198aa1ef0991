-- Is a word a stop word of the search: search_stop_word('the').
--
-- Parameters:
-- token: A word as search_tokens returns it
list_contains(search_stop_words(), token)
