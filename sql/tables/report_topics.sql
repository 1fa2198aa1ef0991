-- What was each visit or joint inspection about? One row for every report and topic.
--
-- Created when the database is built, since several views use it.
--
-- The printed theme is free text. Topics are assigned by words (topics): several if the theme names several, none if it
-- names none, as for visits during the pandemic. report_topics has the words that led to each topic. topic_comparison
-- compares the topics of visits with those that Ofsted records. Only reports that count are used (reports.counts).
--
-- Columns:
-- report_id: Report number
-- urn: Ofsted's unique reference number (URN) of the authority
-- local_authority: Short name of the authority
-- family: Report family
-- published: Publication date listed on the site
-- publication_year: Year of publication
-- theme: Theme, as printed
-- topic: Code of the topic; null if the theme names none
-- topic_label: Label of the topic
-- words: Words of the theme that led to the topic; null without a topic
WITH themed AS (
    SELECT
        report_id,
        urn,
        family,
        published,
        publication_year,
        theme,
        CASE family WHEN 'jtai' THEN 'joint_inspection' ELSE 'visit' END AS kind
    FROM reports
    WHERE counts AND theme IS NOT NULL AND family IN ('focused_visit', 'monitoring_visit', 'jtai')
),

-- Many reports have the same theme, and each pattern is compiled for each text that it is applied to.
themes AS (
    SELECT DISTINCT kind, theme
    FROM themed
),

matches AS (
    SELECT
        themes.kind,
        themes.theme,
        topics.topic,
        topics.label,
        list_distinct(
            regexp_extract_all(
                CASE
                    WHEN topics.excluded IS NULL THEN themes.theme
                    ELSE regexp_replace(themes.theme, '(?i)' || topics.excluded, '', 'g')
                END,
                '(?i)(?:' || topics.pattern || ')'
            )
        ) AS words
    FROM themes
    JOIN topics ON topics.kind = themes.kind
)

SELECT
    themed.report_id,
    themed.urn,
    authorities.name AS local_authority,
    themed.family,
    themed.published,
    themed.publication_year,
    themed.theme,
    matches.topic,
    matches.label AS topic_label,
    matches.words
FROM themed
JOIN authorities ON authorities.urn = themed.urn
LEFT JOIN matches ON matches.kind = themed.kind AND matches.theme = themed.theme AND len(matches.words) > 0
ORDER BY themed.published, themed.report_id, matches.topic;
