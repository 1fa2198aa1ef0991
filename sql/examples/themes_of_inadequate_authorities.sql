-- Which themes do reports mention more often at inadequate authorities than at outstanding ones?
--
-- Shares of findings that mention a theme, whether it is praise or criticism.
SELECT
    theme,
    round(100 * max(share_of_findings) FILTER (WHERE grade = 'inadequate'), 1) AS percent_inadequate,
    round(100 * max(share_of_findings) FILTER (WHERE grade = 'outstanding'), 1) AS percent_outstanding
FROM themes_by_grade
GROUP BY theme
HAVING max(findings_with) >= 10
ORDER BY percent_inadequate - coalesce(percent_outstanding, 0) DESC, theme
LIMIT 10;
