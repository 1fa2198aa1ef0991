-- The reports that mention a theme with a paired indicator, and the figure of their authority at that time.
SELECT report_theme_indicators.* EXCLUDE (sentences)
FROM report_theme_indicators
ORDER BY theme, inspection_start DESC NULLS LAST, local_authority, report_id, indicator;
