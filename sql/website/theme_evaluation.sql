-- Precision of each theme's tags in the manual evaluation.
SELECT * FROM theme_evaluation ORDER BY theme;
