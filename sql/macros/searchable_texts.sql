-- The texts that the search covers, with their document number. Used by the tables and macros of the search.
--
-- Columns:
-- document: Document number, as in search_documents
-- source_table: Table of the text: findings or recommendations
-- report_id: Report number
-- ordinal: Position among the report's rows of that table, from 1
-- section_title: Heading of the section
-- area: Judgement area of the section
-- kind: Kind of finding or recommendation
-- part: Number of the document within the PDF, from 1
-- paragraph: Printed paragraph number; null if it has none
-- text: Text of the finding or recommendation
-- page: Page on which it starts, from 1
SELECT documents.document, texts.*
FROM (
    SELECT 'findings' AS source_table, report_id, ordinal, section_title, area, kind, part, paragraph, text, page
    FROM findings
    UNION ALL
    SELECT 'recommendations' AS source_table, report_id, ordinal, section_title, area, kind, part, paragraph, text, page
    FROM recommendations
) AS texts
JOIN search_documents AS documents
    ON documents.source_table = texts.source_table
    AND documents.report_id = texts.report_id
    AND documents.ordinal = texts.ordinal
