-- Where do inspectors mention high re-referrals, and is the rate high?
--
-- The wording is found by words such as high or increase: read the sentence. 'above' means above England and above the
-- median of the statistical neighbours in the same year.
SELECT local_authority, inspection_start, wording, value, england, neighbours_median, figure, sentence
FROM findings_against_figures
WHERE theme = 're_referrals' AND wording IN ('high', 'both')
ORDER BY local_authority, inspection_start, sentence;
