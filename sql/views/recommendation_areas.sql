-- Which judgement area does each recommendation concern? One row for every recommendation.
--
-- Most reports since 2018 list what needs to improve without naming areas. For inspections and visits of local authorities
-- the area is inferred, in this order: from the heading; from the outcomes of the national framework that the text names
-- (1 to 3: help and protection; 4: care leavers if the text mentions them, else children in care) or the enablers (2 and 3:
-- leadership); from the themes of the text, if all themes that belong to one area belong to the same. Other recommendations have no inferred area. Inference is
-- by words: read the text before relying on it. Joint and area SEND inspections have no such areas.
--
-- Columns:
-- report_id: Report number
-- ordinal: Position among the recommendations of the report
-- urn: Ofsted's unique reference number (URN) of the authority
-- area: Area of the section that contains the text, as in recommendations; null if none
-- area_inferred: Area, printed or inferred; null if nothing determines it
-- inferred_from: printed, heading, outcome, enabler or theme; null without an area
-- themes: Themes of the text, in alphabetical order; null if none
WITH theme_areas AS (
    SELECT *
    FROM (VALUES
        ('adoption', 'in_care'),
        ('care_leavers_accommodation', 'care_leavers'),
        ('care_leavers_education_and_work', 'care_leavers'),
        ('caseloads', 'leadership'),
        ('child_protection_plans', 'help_and_protection'),
        ('corporate_parenting', 'leadership'),
        ('early_help', 'help_and_protection'),
        ('edge_of_care', 'help_and_protection'),
        ('education_of_children_in_care', 'in_care'),
        ('family_time', 'in_care'),
        ('foster_carers', 'in_care'),
        ('front_door', 'help_and_protection'),
        ('health_of_children_in_care', 'in_care'),
        ('homeless_16_17', 'help_and_protection'),
        ('kinship_care', 'in_care'),
        ('life_story_work', 'in_care'),
        ('management_oversight', 'leadership'),
        ('neglect', 'help_and_protection'),
        ('pathway_plans', 'care_leavers'),
        ('performance_information', 'leadership'),
        ('permanence', 'in_care'),
        ('personal_advisers', 'care_leavers'),
        ('placement_stability', 'in_care'),
        ('pre_proceedings', 'help_and_protection'),
        ('private_fostering', 'help_and_protection'),
        ('quality_assurance', 'leadership'),
        ('re_referrals', 'help_and_protection'),
        ('strategy_discussions', 'help_and_protection'),
        ('sufficiency', 'in_care'),
        ('supervision', 'leadership'),
        ('thresholds', 'help_and_protection'),
        ('unregistered_homes', 'in_care'),
        ('workforce_stability', 'leadership')
    ) AS mapped (theme, area)
),

tagged AS (
    SELECT
        theme_matches.report_id,
        theme_matches.ordinal,
        list(DISTINCT theme_matches.theme ORDER BY theme_matches.theme) AS themes,
        CASE WHEN count(DISTINCT theme_areas.area) = 1 THEN min(theme_areas.area) END AS area
    FROM theme_matches
    LEFT JOIN theme_areas ON theme_areas.theme = theme_matches.theme
    WHERE theme_matches.source_table = 'recommendations'
    GROUP BY theme_matches.report_id, theme_matches.ordinal
),

candidates AS (
    SELECT
        recommendations.report_id,
        recommendations.ordinal,
        recommendations.urn,
        recommendations.area,
        CASE
            WHEN regexp_matches(recommendations.section_title, '(?i)care leavers')
                AND NOT regexp_matches(recommendations.section_title, '(?i)looked after|in care') THEN 'care_leavers'
            WHEN regexp_matches(recommendations.section_title, '(?i)looked after|children in care')
                AND NOT regexp_matches(recommendations.section_title, '(?i)care leavers') THEN 'in_care'
            WHEN regexp_matches(recommendations.section_title, '(?i)help and protection|need of help|early help')
                THEN 'help_and_protection'
            WHEN regexp_matches(recommendations.section_title, '(?i)^(leadership|management|corporate parenting)')
                THEN 'leadership'
            WHEN regexp_matches(recommendations.section_title, '(?i)^adoption') THEN 'adoption'
        END AS heading_area,
        CASE
            WHEN len(recommendations.outcomes) <> 1 THEN NULL
            WHEN recommendations.outcomes[1] IN (1, 2, 3) THEN 'help_and_protection'
            WHEN regexp_matches(recommendations.text, '(?i)care leaver|care-experienced|leaving care|pathway plan')
                THEN 'care_leavers'
            WHEN recommendations.outcomes[1] = 4 THEN 'in_care'
        END AS outcome_area,
        CASE
            WHEN len(recommendations.enablers) = 1 AND recommendations.enablers[1] IN (2, 3) THEN 'leadership'
        END AS enabler_area,
        tagged.area AS theme_area,
        tagged.themes,
        reports.family IN ('inspection', 'focused_visit', 'monitoring_visit') AS has_areas
    FROM recommendations
    JOIN reports ON reports.report_id = recommendations.report_id
    LEFT JOIN tagged
        ON tagged.report_id = recommendations.report_id AND tagged.ordinal = recommendations.ordinal
)

SELECT
    report_id,
    ordinal,
    urn,
    area,
    CASE
        WHEN has_areas THEN coalesce(area, heading_area, outcome_area, enabler_area, theme_area)
        ELSE area
    END AS area_inferred,
    CASE
        WHEN area IS NOT NULL THEN 'printed'
        WHEN NOT has_areas THEN NULL
        WHEN heading_area IS NOT NULL THEN 'heading'
        WHEN outcome_area IS NOT NULL THEN 'outcome'
        WHEN enabler_area IS NOT NULL THEN 'enabler'
        WHEN theme_area IS NOT NULL THEN 'theme'
    END AS inferred_from,
    themes
FROM candidates
ORDER BY report_id, ordinal;
