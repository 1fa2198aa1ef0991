-- Does a word end in a short syllable, as the stemmer of search_spellings defines it: search_short_syllable('hom').
--
-- Parameters:
-- stem: The beginning of a word, in which a consonant y is written Y
regexp_matches(stem, '[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$|past$')
