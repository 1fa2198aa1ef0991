-- How far each theme can be trusted, as a reading by hand found.
SELECT * FROM theme_evaluation ORDER BY theme;
