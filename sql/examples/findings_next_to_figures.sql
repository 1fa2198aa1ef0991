-- What did inspectors write about re-referrals in Buckinghamshire, and what do the figures say?
--
-- Rates are per cent of referrals; the figure is that of the year to 31 March in which the inspection began. A figure does
-- not explain a finding, nor the reverse: inspectors look at cases and talk to staff, the figure counts the whole year.
SELECT inspection_start, sentence, year, value, england, neighbours_median, rank, ranked
FROM findings_against_figures
WHERE local_authority = 'Buckinghamshire' AND theme = 're_referrals'
ORDER BY inspection_start, sentence;
