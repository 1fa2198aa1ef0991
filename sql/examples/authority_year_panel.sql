-- What does the panel for regressions look like?
--
-- One row for every authority and year ending 31 March, with ranks from 1 (outstanding) to 4 (inadequate) and the ONS
-- code on that date. Join populations, spending or rates of children in care on year and la_code_new.
SELECT year, la_code_new, local_authority, overall_effectiveness_rank, impact_of_leaders_rank, years_since_publication,
    inspected_in_year
FROM authority_year_panel
WHERE local_authority = 'Derbyshire' AND is_complete
ORDER BY year;
