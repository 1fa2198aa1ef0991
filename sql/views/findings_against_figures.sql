-- Where do inspectors mention a subject, and is the figure high? One row for every sentence and paired indicator.
--
-- For example, theme 're_referrals': where do inspectors mention re-referrals as high, and is the rate high? Sentences are
-- those of report_theme_indicators, with the same figures. 'wording' is found by words in the sentence, not by its meaning:
-- read the sentence. 'figure' compares the authority with England and with the median of its neighbours in the same year.
-- The figures do not explain the findings, nor the reverse.
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- inspection_start: First day of the inspection, else the date of publication
-- theme: Theme
-- sentence: Sentence that mentions the theme
-- wording: high (words such as high, increase, rise, too many), low (such as low, reduce, fall, fewer), both, or null
-- indicator: Code of the indicator that is paired with the theme
-- year: Year of the figure
-- value: Figure of the authority
-- change_in_three_years: Figure minus that of three years before
-- neighbours_median: Median of the figures of the statistical neighbours
-- england: Figure of England
-- figure: above or below both England and the neighbours, between them, or null without a figure
-- rank: Rank among the authorities, 1 is best
-- ranked: Number of authorities with a figure
WITH sentences AS (
    SELECT *, unnest(sentences) AS sentence
    FROM report_theme_indicators
),

worded AS (
    SELECT
        *,
        regexp_matches(
            sentence, '(?i)\b(high|higher|highest|increas\w+|rise|rises|rising|rose|growing|too many|persistent\w*)\b'
        ) AS says_high,
        regexp_matches(
            sentence, '(?i)\b(low|lower|lowest|reduc\w+|decreas\w+|declin\w+|fall|falls|fallen|falling|fell|fewer)\b'
        ) AS says_low
    FROM sentences
)

SELECT
    report_id,
    urn,
    local_authority,
    inspection_start,
    theme,
    sentence,
    CASE
        WHEN says_high AND says_low THEN 'both'
        WHEN says_high THEN 'high'
        WHEN says_low THEN 'low'
    END AS wording,
    indicator,
    year,
    value,
    change_in_three_years,
    neighbours_median,
    england,
    CASE
        WHEN value > greatest(england, neighbours_median) THEN 'above'
        WHEN value < least(england, neighbours_median) THEN 'below'
        WHEN value IS NOT NULL THEN 'between'
    END AS figure,
    rank,
    ranked
FROM worded
ORDER BY local_authority, inspection_start, report_id, theme, sentence, indicator;
