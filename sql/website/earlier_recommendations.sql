-- For each recommendation, the most similar recommendation of an earlier report on the same authority.
--
-- Similarity is the cosine similarity of the two texts' words, weighted by squared inverse document frequency: 1 for
-- the same words, 0 for no common word. Pairs below 0.3 are omitted. The pairs are not reviewed manually.
WITH totals AS (SELECT count(*) AS texts FROM search_documents),

postings AS (
    SELECT word, unnest(documents) AS document, ln(totals.texts / len(documents)) AS weight
    FROM search_postings
    CROSS JOIN totals
    WHERE word = lower(word)
),

words AS (
    SELECT documents.document, documents.report_id, documents.ordinal, reports.urn, reports.published, postings.word,
        postings.weight * postings.weight AS weight
    FROM search_documents AS documents
    JOIN postings ON postings.document = documents.document
    JOIN reports ON reports.report_id = documents.report_id
    WHERE documents.source_table = 'recommendations' AND reports.published IS NOT NULL
),

lengths AS (SELECT document, sqrt(sum(weight)) AS length FROM words GROUP BY document),

pairs AS (
    SELECT later.report_id, later.ordinal, earlier.report_id AS earlier_report_id, earlier.ordinal AS earlier_ordinal,
        any_value(earlier.published) AS earlier_published,
        sum(later.weight) / any_value(a.length) / any_value(b.length) AS similarity
    FROM words AS later
    JOIN words AS earlier ON earlier.urn = later.urn AND earlier.word = later.word AND earlier.published < later.published
    JOIN lengths AS a ON a.document = later.document
    JOIN lengths AS b ON b.document = earlier.document
    GROUP BY later.report_id, later.ordinal, earlier.report_id, earlier.ordinal
)

SELECT pairs.*, recommendations.text
FROM pairs
JOIN recommendations
    ON recommendations.report_id = pairs.earlier_report_id AND recommendations.ordinal = pairs.earlier_ordinal
WHERE similarity >= 0.3
QUALIFY row_number() OVER (
    PARTITION BY pairs.report_id, pairs.ordinal
    ORDER BY similarity DESC, earlier_published DESC, pairs.earlier_report_id, pairs.earlier_ordinal
) = 1
ORDER BY pairs.report_id, pairs.ordinal;
