-- In which authorities did re-referrals fall most over three years?
--
-- Percentage points. Check a large change in indicator_jumps and in the publication before using it.
SELECT local_authority, value, change_in_three_years, england, rank, ranked
FROM indicator_comparison
WHERE indicator = 're_referrals' AND year = 2025 AND change_in_three_years IS NOT NULL
ORDER BY change_in_three_years, local_authority
LIMIT 10;
