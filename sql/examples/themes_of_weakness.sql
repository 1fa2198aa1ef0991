-- Of what do reports on inadequate authorities speak more often than those on outstanding ones?
--
-- Shares of findings that have a theme's words; whether they praise or blame is not counted.
SELECT
    theme,
    round(100 * max(share_of_findings) FILTER (WHERE grade = 'inadequate'), 1) AS percent_inadequate,
    round(100 * max(share_of_findings) FILTER (WHERE grade = 'outstanding'), 1) AS percent_outstanding
FROM themes_by_grade
GROUP BY theme
HAVING max(findings_with) >= 10
ORDER BY percent_inadequate - coalesce(percent_outstanding, 0) DESC, theme
LIMIT 10;
