-- Which reports were published most recently?
--
-- Use it for a news feed or a weekly check for new reports.
SELECT publications.published, authorities.name, publications.family, publications.title, publications.report_id
FROM publications
JOIN authorities ON authorities.urn = publications.urn
ORDER BY publications.published DESC NULLS LAST, authorities.name, publications.report_id
LIMIT 8;
