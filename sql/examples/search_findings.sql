-- What have inspectors found about edge of care services?
--
-- Full-text search over all findings, best match first, with the page of the report. Words in quotes are a phrase.
SELECT score, local_authority, published, page, text
FROM finding_search('"edge of care" service')
LIMIT 5;
