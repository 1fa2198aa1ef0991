-- All searchable texts by their number in the index, with the columns that the search filters by.
SELECT
    documents.document,
    documents.report_id,
    documents.source_table,
    documents.words,
    coalesce(findings.paragraph, recommendations.paragraph) AS paragraph,
    coalesce(findings.part, recommendations.part) AS part,
    documents.ordinal,
    coalesce(findings.area, recommendations.area) AS area,
    judgements.grade,
    coalesce(findings.text, recommendations.text) AS text
FROM search_documents AS documents
LEFT JOIN findings
    ON documents.source_table = 'findings' AND findings.report_id = documents.report_id AND findings.ordinal = documents.ordinal
LEFT JOIN recommendations
    ON documents.source_table = 'recommendations'
    AND recommendations.report_id = documents.report_id
    AND recommendations.ordinal = documents.ordinal
LEFT JOIN judgements
    ON judgements.report_id = documents.report_id AND judgements.area = coalesce(findings.area, recommendations.area)
ORDER BY documents.document;
