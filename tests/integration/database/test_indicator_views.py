"""Views on official indicators and the official record, on the sample."""

import duckdb
import pytest

from assets.database.build import database_path

BUCKINGHAMSHIRE, REPORT = 80442, "50177454"


@pytest.fixture(scope="module")
def database(sample_warehouse):
    with duckdb.connect(str(database_path(sample_warehouse)), read_only=True) as connection:
        yield connection


def rows(database, query):
    return database.execute(query).fetchall()


def test_comparison_of_re_referrals(database):
    compared = rows(
        database,
        "SELECT year, value, change_in_three_years, england FROM indicator_comparison"
        f" WHERE urn = {BUCKINGHAMSHIRE} AND indicator = 're_referrals' AND year >= 2022 ORDER BY year",
    )
    assert compared == [
        (2022, 32.7, 1.0, 21.5),
        (2023, 39.1, 13.0, 22.4),
        (2024, 23.3, -9.7, 22.4),
        (2025, 22.8, -9.9, 22.6),
    ]


def test_comparison_has_each_figure_once(database):
    assert rows(
        database, "SELECT count(*), count(DISTINCT (urn, indicator, year)) FROM indicator_comparison"
    ) == rows(database, "SELECT count(*), count(*) FROM authority_indicators WHERE urn IS NOT NULL")


def test_ranks_run_from_the_best_value(database):
    wrong = rows(
        database,
        "SELECT urn FROM indicator_comparison WHERE rank = 1 AND direction <> 'neutral' AND value <>"
        " (SELECT CASE indicators.direction WHEN 'higher' THEN max(value) ELSE min(value) END"
        " FROM authority_indicators JOIN indicators USING (indicator)"
        " WHERE indicator = indicator_comparison.indicator AND year = indicator_comparison.year"
        " AND urn IS NOT NULL GROUP BY indicators.direction)",
    )
    assert wrong == []
    assert rows(
        database, "SELECT count(*) FROM indicator_comparison WHERE (rank IS NULL) <> (value IS NULL)"
    ) == [(0,)]


def test_neighbours_median(database):
    (median,) = rows(
        database,
        "SELECT round(median(value), 2) FROM statistical_neighbours AS pairs"
        " JOIN authority_indicators AS figures ON figures.urn = neighbour_urn"
        f" WHERE pairs.urn = {BUCKINGHAMSHIRE} AND indicator = 're_referrals' AND year = 2023",
    )
    assert median == (21.25,)
    assert rows(
        database,
        "SELECT neighbours_median, neighbours_with_figure FROM indicator_comparison"
        f" WHERE urn = {BUCKINGHAMSHIRE} AND indicator = 're_referrals' AND year = 2023",
    ) == [(21.25, 10)]


def test_finding_stands_next_to_the_figure_of_its_year(database):
    found = rows(
        database,
        "SELECT year, value, england, figure FROM findings_against_figures WHERE theme = 're_referrals'"
        f" AND report_id = (SELECT report_id FROM reports WHERE urn = {BUCKINGHAMSHIRE}"
        " AND inspection_start = DATE '2021-12-06') AND wording = 'high'",
    )
    assert found
    assert set(found) == {(2022, 32.7, 21.5, "above")}


def test_year_of_a_figure_contains_the_start_of_the_inspection(database):
    wrong = rows(
        database,
        "SELECT report_id FROM report_theme_indicators JOIN indicators USING (indicator)"
        " WHERE year IS NOT NULL AND inspection_start > make_date(year, CAST(year_end[1:2] AS INTEGER),"
        " CAST(year_end[4:5] AS INTEGER)) AND year < last_year",
    )
    assert wrong == []


def test_sentences_are_those_of_theme_matches(database):
    assert rows(
        database,
        "SELECT sum(findings_with + recommendations_with), sum(len(sentences)) FROM report_theme_indicators"
        " WHERE indicator = 're_referrals'",
    ) == rows(
        database,
        "SELECT count(*), count(*) FROM theme_matches JOIN reports USING (report_id)"
        " WHERE theme_matches.theme = 're_referrals' AND reports.counts"
        " AND report_id NOT IN (SELECT report_id FROM superseded_reports)",
    )


def test_coverage_has_each_event_and_report_once(database):
    assert rows(database, "SELECT count(*) FROM official_coverage WHERE outcome <> 'not_official'") == rows(
        database, "SELECT count(*) FROM official_inspections"
    )
    assert rows(
        database, "SELECT count(report_id), count(DISTINCT report_id) FROM official_coverage"
    ) == rows(
        database,
        "SELECT count(*), count(*) FROM publications WHERE family IN ('inspection', 'focused_visit',"
        " 'monitoring_visit') AND report_id NOT IN (SELECT report_id FROM superseded_reports)",
    )
    assert (
        rows(database, "SELECT * FROM official_coverage WHERE (reason IS NULL) <> (outcome = 'matched')")
        == []
    )
    assert rows(
        database, "SELECT DISTINCT kind FROM official_coverage WHERE outcome = 'matched' ORDER BY ALL"
    ) == [
        ("focused_visit",),
        ("inspection",),
    ]


def test_every_report_on_record_is_matched(database):
    assert rows(database, "SELECT * FROM official_coverage WHERE reason = 'unexplained'") == []


def test_areas_are_inferred_only_where_none_is_printed(database):
    assert rows(database, "SELECT count(*) FROM recommendation_areas") == rows(
        database, "SELECT count(*) FROM recommendations"
    )
    assert (
        rows(
            database,
            "SELECT * FROM recommendation_areas WHERE (inferred_from = 'printed') <> (area IS NOT NULL)"
            " OR (inferred_from IS NULL) <> (area_inferred IS NULL)"
            " OR area_inferred NOT IN (SELECT area FROM areas)",
        )
        == []
    )
    inferred = dict(
        rows(database, "SELECT inferred_from, count(*) FROM recommendation_areas GROUP BY inferred_from")
    )
    assert {"printed", "heading", "outcome", "theme"} <= inferred.keys()


def test_neighbour_recommendations_are_of_the_latest_inspection(database):
    assert (
        rows(
            database,
            "SELECT report_id FROM neighbour_recommendations ANTI JOIN latest_judgements"
            " ON latest_judgements.report_id = neighbour_recommendations.report_id",
        )
        == []
    )
    assert rows(
        database, f"SELECT count(*) > 5 FROM neighbour_recommendations WHERE urn = {BUCKINGHAMSHIRE}"
    ) == [(True,)]


def test_topics_agree_with_the_official_themes(database):
    assert rows(database, "SELECT DISTINCT outcome FROM topic_comparison") == [("same",)]


def test_every_topic_has_the_words_that_led_to_it(database):
    wrong = "SELECT * FROM report_topics WHERE (topic IS NULL) <> (words IS NULL) OR len(words) = 0"
    assert rows(database, wrong) == []
    words = "SELECT theme, unnest(words) AS word FROM report_topics"
    assert rows(database, f"SELECT word FROM ({words}) WHERE NOT contains(theme, word)") == []
    assert rows(
        database,
        "SELECT count(DISTINCT report_id) FROM report_topics",
    ) == rows(
        database,
        "SELECT count(*) FROM reports WHERE counts AND theme IS NOT NULL"
        " AND family IN ('focused_visit', 'monitoring_visit', 'jtai')",
    )


@pytest.mark.parametrize(
    ("kind", "theme", "topics"),
    [
        ("visit", "‘front door’, and child in need assessments", ["front_door"]),
        ("visit", "‘front door’ services and assessments for children in need", ["front_door"]),
        (
            "visit",
            "contacts and referrals, and thresholds for children in need and child protection",
            ["children_in_need_or_plan", "front_door"],
        ),
        ("visit", "planning and achieving permanence for children in care", ["achieving_permanence"]),
        (
            "visit",
            "care planning for children in care, and the timeliness of permanence arrangements",
            ["achieving_permanence", "children_in_care"],
        ),
        (
            "visit",
            "placement decision-making for children over 14 but not care leavers",
            ["children_in_care"],
        ),
        ("visit", "protection of vulnerable children from extra-familial risk", ["vulnerable_adolescents"]),
        ("visit", "practice during the COVID-19 pandemic", []),
        ("joint_inspection", "children between seven and 15 years old who have been neglected", ["neglect"]),
        ("joint_inspection", "criminal exploitation of children", ["child_exploitation"]),
    ],
)
def test_topics_of_a_theme(database, kind, theme, topics):
    found = database.execute(
        "SELECT topic FROM topics WHERE kind = ? AND regexp_matches("
        "regexp_replace(?, '(?i)' || coalesce(excluded, '^$'), '', 'g'), '(?i)(?:' || pattern || ')')"
        " ORDER BY topic",
        [kind, theme],
    ).fetchall()
    assert [topic for (topic,) in found] == topics
