-- The spellings of the search index: for each word that occurs in a text or in an abbreviation's expansion, its stem.
--
-- Words with the same stem match each other: homes and home, homeless and homelessness. The stem is that of the English
-- stemmer of Snowball 3.1 (Porter2, https://snowballstem.org), written as one column per step of that algorithm; a test
-- compares it with the published implementation. The search page reads the same table, so that both always agree. Stop
-- words (search_stop_word) are not in the table: they are not indexed.
--
-- Created when the database is built.
--
-- Columns:
-- spelling: A word as search_tokens returns it
-- word: Its stem, as in search_postings
WITH texts AS (
    SELECT text FROM searchable_texts()
    UNION ALL
    SELECT expansion FROM abbreviations
    UNION ALL
    SELECT abbreviation || ' ' || abbreviation || 's' FROM abbreviations
),

-- What is between two spaces is normalised once, however often it occurs: no word of search_tokens contains a space.
spellings AS (
    SELECT DISTINCT unnest(search_tokens(part)) AS spelling
    FROM (SELECT DISTINCT unnest(string_split(text, ' ')) AS part FROM texts)
),

-- A y that begins a word or follows a vowel is a consonant, marked as Y.
marked AS (
    SELECT spelling, regexp_replace(regexp_replace(spelling, '^y', 'Y'), '([aeiouy])y', '\1Y', 'g') AS word
    FROM spellings
    WHERE NOT search_stop_word(spelling)
),

-- The regions R1 and R2 begin after the first and the second consonant that follow a vowel. They are stored as the
-- number of characters before them.
regions AS (
    SELECT
        spelling,
        word,
        coalesce(nullif(length(regexp_extract(word,
            '^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers|[^aeiouy]*[aeiouy]+[^aeiouy])'
        )), 0), length(word)) AS r1,
        coalesce(nullif(length(regexp_extract(word,
            '^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers|[^aeiouy]*[aeiouy]+[^aeiouy])'
            || '[^aeiouy]*[aeiouy]+[^aeiouy]'
        )), 0), length(word)) AS r2
    FROM marked
),

plurals AS (
    SELECT * REPLACE (
        CASE
            WHEN word LIKE '%sses' THEN left(word, -2)
            WHEN regexp_matches(word, '..ie[ds]$') THEN left(word, -2)
            WHEN regexp_matches(word, 'ie[ds]$') THEN left(word, -1)
            WHEN regexp_matches(word, '[us]s$') THEN word
            WHEN regexp_matches(word, '[aeiouy].+s$') THEN left(word, -1)
            ELSE word
        END AS word
    )
    FROM regions
),

-- ed and ing, with their adverbs: first the rest of the word, then what is changed at its end.
verb_endings AS (
    SELECT *, regexp_extract(word, '(?:eedly|ingly|edly|eed|ing|ed)$') AS ending
    FROM plurals
),

verb_rests AS (
    SELECT
        *,
        CASE
            WHEN ending IN ('eed', 'eedly') THEN NULL
            WHEN ending = 'ing' AND regexp_matches(word, '^(?:even|cann|inn|earr|herr|out|[^aeiouy]y)ing$') THEN NULL
            WHEN ending <> '' AND regexp_matches(left(word, -length(ending)), '[aeiouy]')
                THEN left(word, -length(ending))
        END AS rest
    FROM verb_endings
),

verbs AS (
    SELECT
        spelling,
        r1,
        r2,
        CASE
            WHEN rest IS NULL AND ending IN ('eed', 'eedly')
                AND length(word) - length(ending) >= r1
                AND NOT regexp_matches(word, '^(?:succ|proc|exc)eed')
                THEN left(word, -length(ending)) || 'ee'
            WHEN rest IS NULL THEN regexp_replace(word, '^([^aeiouy])ying$', '\1ie')
            WHEN regexp_matches(rest, '(?:at|bl|iz)$') THEN rest || 'e'
            WHEN regexp_matches(rest, '^[aeo](?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$') THEN rest
            WHEN regexp_matches(rest, '(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$') THEN left(rest, -1)
            WHEN length(rest) = r1 AND search_short_syllable(rest) THEN rest || 'e'
            ELSE rest
        END AS word
    FROM verb_rests
),

final_y AS (
    SELECT spelling, r1, r2, regexp_replace(word, '(.[^aeiouy])[yY]$', '\1i') AS word
    FROM verbs
),

-- Steps 2 to 4: the longest suffix is replaced if it is in its region.
double_suffixes AS (
    SELECT
        *,
        regexp_extract(word,
            '(?:ational|fulness|iveness|ization|ousness|biliti|lessli|tional|alism|aliti|ation|entli|fulli|iviti|ogist'
            || '|ousli|abli|alli|anci|ator|enci|izer|bli|ogi|li)$'
        ) AS suffix
    FROM final_y
),

single_suffixes AS (
    SELECT
        spelling,
        r1,
        r2,
        word,
        regexp_extract(word, '(?:ational|tional|alize|ative|icate|iciti|ical|ness|ful)$') AS suffix
    FROM (
        SELECT * REPLACE (
            CASE
                WHEN suffix = '' OR length(word) - length(suffix) < r1 THEN word
                WHEN suffix = 'li' THEN regexp_replace(word, '([cdeghkmnrt])li$', '\1')
                WHEN suffix = 'ogi' THEN regexp_replace(word, 'logi$', 'log')
                ELSE left(word, -length(suffix)) || CASE
                    WHEN suffix IN ('ational', 'ation', 'ator') THEN 'ate'
                    WHEN suffix IN ('ization', 'izer') THEN 'ize'
                    WHEN suffix IN ('alism', 'aliti', 'alli') THEN 'al'
                    WHEN suffix IN ('iveness', 'iviti') THEN 'ive'
                    WHEN suffix IN ('fulness', 'fulli') THEN 'ful'
                    WHEN suffix IN ('ousness', 'ousli') THEN 'ous'
                    WHEN suffix IN ('biliti', 'bli') THEN 'ble'
                    WHEN suffix = 'tional' THEN 'tion'
                    WHEN suffix = 'abli' THEN 'able'
                    WHEN suffix = 'anci' THEN 'ance'
                    WHEN suffix = 'enci' THEN 'ence'
                    WHEN suffix = 'entli' THEN 'ent'
                    WHEN suffix = 'lessli' THEN 'less'
                    WHEN suffix = 'ogist' THEN 'og'
                END
            END AS word
        )
        FROM double_suffixes
    )
),

last_suffixes AS (
    SELECT
        spelling,
        r1,
        r2,
        word,
        regexp_extract(word,
            '(?:ement|able|ance|ence|ible|ment|ant|ate|ent|ion|ism|iti|ive|ize|ous|al|er|ic)$'
        ) AS suffix
    FROM (
        SELECT * REPLACE (
            CASE
                WHEN suffix = '' OR length(word) - length(suffix) < r1 THEN word
                WHEN suffix = 'ative' AND length(word) - length(suffix) < r2 THEN word
                ELSE left(word, -length(suffix)) || CASE
                    WHEN suffix = 'ational' THEN 'ate'
                    WHEN suffix = 'tional' THEN 'tion'
                    WHEN suffix = 'alize' THEN 'al'
                    WHEN suffix IN ('icate', 'iciti', 'ical') THEN 'ic'
                    ELSE ''
                END
            END AS word
        )
        FROM single_suffixes
    )
),

without_suffixes AS (
    SELECT
        spelling,
        r1,
        r2,
        CASE
            WHEN suffix = '' OR length(word) - length(suffix) < r2 THEN word
            WHEN suffix = 'ion' THEN regexp_replace(word, '([st])ion$', '\1')
            ELSE left(word, -length(suffix))
        END AS word
    FROM last_suffixes
)

SELECT
    spelling,
    CASE
        WHEN length(spelling) <= 2 OR spelling IN ('andes', 'atlas', 'bias', 'cosmos', 'howe', 'news', 'sky') THEN spelling
        WHEN spelling = 'skies' THEN 'sky'
        WHEN spelling = 'skis' THEN 'ski'
        WHEN spelling IN ('early', 'only', 'ugly') THEN left(spelling, -1) || 'i'
        WHEN spelling IN ('gently', 'idly', 'singly') THEN left(spelling, -1)
        WHEN regexp_matches(word, 'e$') AND (
            length(word) - 1 >= r2 OR (length(word) - 1 >= r1 AND NOT search_short_syllable(left(word, -1)))
        ) THEN lower(left(word, -1))
        WHEN regexp_matches(word, 'll$') AND length(word) - 1 >= r2 THEN lower(left(word, -1))
        ELSE lower(word)
    END AS word
FROM without_suffixes
ORDER BY spelling;
