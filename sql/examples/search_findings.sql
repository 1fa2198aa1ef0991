-- What have inspectors found about edge of care services?
--
-- Ranked search over all findings, with the page to look it up.
SELECT score, local_authority, published, page, text
FROM finding_search('edge of care service')
LIMIT 5;
