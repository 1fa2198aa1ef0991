-- What did inspectors ask for, where and when? One row for every row of recommendations.
--
-- The table recommendations with the name of the authority and the date of the report, for people who open it in a
-- spreadsheet: a release has it as csv/recommendations.csv. It has the rows of every report, also of those that do not count:
-- filter by counts before you count rows.
--
-- Columns:
-- report_id: Report number
-- ordinal: Position among the rows of the report, from 1
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- published: Publication date listed on the site
-- kind: Kind of request
-- section: Ordinal of the section that contains the text, in the table sections
-- section_title: Heading of that section
-- area: Judgement area of the section that contains the text; null outside such sections
-- paragraph: Printed number of the paragraph; null if unnumbered
-- part: Part of the file, from 1: a file can hold two documents, each with paragraphs numbered from 1
-- text: Text, joined across lines and pages
-- outcomes: Outcomes of the children's social care national framework that the text names, by number
-- enablers: Enablers of the national framework that the text names, by number: 1 multi-agency working, 2 leaders, 3 workforce
-- principles: Principles of the national framework that the text names, by number
-- page: Page on which the text starts, from 1
-- boxes: Bounding boxes of the text: one per block of consecutive lines on a page
-- publication_year: Year of publication of the report; the partition
-- responsible_body: Bodies that a table of priority actions names as responsible for this one, as printed
-- counts: Whether views, pages and statistics use the report (reports.counts)
SELECT
    rows.report_id,
    rows.ordinal,
    rows.urn,
    authorities.name AS local_authority,
    reports.published,
    rows.kind,
    rows.section,
    rows.section_title,
    rows.area,
    rows.paragraph,
    rows.part,
    rows.text,
    rows.outcomes,
    rows.enablers,
    rows.principles,
    rows.page,
    rows.boxes,
    rows.publication_year,
    rows.responsible_body,
    reports.counts
FROM recommendations AS rows
JOIN reports ON reports.report_id = rows.report_id
JOIN authorities ON authorities.urn = rows.urn
ORDER BY rows.report_id, rows.ordinal;
