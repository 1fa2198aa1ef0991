"""Tests of the views with one row per visit, joint or area SEND inspection, and of latest recommendations.

The rows are those of real reports of the sample. What a column holds is compared with what the report prints.
"""

from datetime import date

import duckdb
import pytest

from assets.database.build import database_path


@pytest.fixture(scope="module")
def rows(sample_warehouse):
    """Return the rows of a query as dicts."""
    with duckdb.connect(database_path(sample_warehouse), read_only=True) as connection:

        def run(query):
            result = connection.execute(query)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        yield run


@pytest.mark.parametrize(
    ("view", "families"),
    [
        ("visits", "('focused_visit', 'monitoring_visit')"),
        ("joint_inspections", "('jtai')"),
        ("area_send_inspections", "('area_send')"),
    ],
)
def test_views_have_every_report_that_counts_once(rows, view, families):
    expected = rows(f"SELECT report_id FROM reports WHERE counts AND family IN {families} ORDER BY ALL")
    assert expected
    assert rows(f"SELECT report_id FROM {view} ORDER BY ALL") == expected


def test_area_send_inspection_has_outcome_and_date_of_the_next_one(rows):
    (dudley,) = rows("FROM area_send_inspections WHERE report_id = '50271042'")
    assert dudley["local_authority"] == "Dudley"
    assert (dudley["outcome_grade"], dudley["outcome"]) == (2, "inconsistent")
    assert dudley["previous_inspection_date"] == date(2022, 1, 31)
    # The report prints 'within approximately three years' as a word.
    assert "within approximately three years" in dudley["inspection_outcome_text"]
    assert (dudley["next_inspection"], dudley["next_inspection_by_date"]) == ("3 years", date(2028, 1, 20))
    assert dudley["is_latest"]
    requests = rows("SELECT text FROM recommendations WHERE report_id = '50271042' ORDER BY ordinal")
    assert dudley["summary_improvement"] == "\n".join(row["text"] for row in requests)
    assert dudley["summary_priority_action"] is None


def test_every_area_send_outcome_of_the_sample_has_a_next_inspection(rows):
    assert {
        (row["outcome_grade"], row["next_inspection"])
        for row in rows("FROM area_send_inspections WHERE framework = 'area_send_2023'")
    } == {(1, "5 years"), (2, "3 years"), (3, "3 years")}


def test_joint_inspection_has_its_texts_by_heading(rows):
    def texts(table, condition):
        found = rows(
            f"SELECT text FROM {table} WHERE report_id = '50252825' AND {condition} ORDER BY ordinal"
        )
        assert found
        return "\n".join(row["text"] for row in found)

    (somerset,) = rows("FROM joint_inspections WHERE report_id = '50252825'")
    assert somerset["inspection_theme"] == "serious youth violence"
    assert somerset["topics"] == ["Serious youth violence"]
    assert somerset["summary_priority_action"] == texts("recommendations", "kind = 'priority_action'")
    assert somerset["summary_needs_to_improve"] == texts("recommendations", "kind = 'improvement'")
    assert somerset["summary_improvement"] is None
    assert somerset["summary_key_strengths"] == texts("findings", "section_title = 'Strengths'")
    assert somerset["summary_headline_findings"] == texts("findings", "kind = 'headline'")
    assert somerset["case_study_title"] == (
        "Practice study: effective practice; Practice study: area for improvement"
    )
    assert somerset["summary_case_study"] == texts("findings", "starts_with(section_title, 'Practice study')")


def test_reports_until_2021_name_areas_for_improvement(rows):
    for inspection in rows("FROM joint_inspections"):
        is_old = inspection["framework"] == "jtai_2016"
        assert bool(inspection["summary_improvement"]) == is_old
        assert bool(inspection["summary_needs_to_improve"]) != is_old


def test_visit_has_topics_and_requests(rows):
    visits = rows("FROM visits")
    assert any(visit["topics"] for visit in visits)
    for visit in visits:
        requests = rows(
            f"SELECT kind, text FROM recommendations WHERE report_id = '{visit['report_id']}'"
            " ORDER BY ordinal"
        )
        actions = [row["text"] for row in requests if row["kind"] == "priority_action"]
        others = [row["text"] for row in requests if row["kind"] != "priority_action"]
        assert (visit["summary_priority_action"] or "").splitlines() == actions
        assert (visit["summary_improvement"] or "").splitlines() == others
    assert [visit["inspection_start_date"] for visit in visits] == sorted(
        (visit["inspection_start_date"] for visit in visits), reverse=True
    )


def test_topics_in_one_list_are_those_of_report_topics(rows):
    expected = rows("SELECT report_id, topic_label FROM report_topics WHERE topic IS NOT NULL ORDER BY ALL")
    assert expected
    assert rows("SELECT report_id, unnest(topics) AS topic_label FROM report_topic_labels") == expected


def test_latest_recommendations_are_those_of_the_latest_full_inspection(rows):
    expected = rows(
        "SELECT recommendations.report_id, recommendations.ordinal, recommendations.text FROM recommendations"
        " JOIN latest_judgements ON latest_judgements.report_id = recommendations.report_id ORDER BY ALL"
    )
    assert expected
    assert rows("SELECT report_id, ordinal, text FROM latest_recommendations ORDER BY ALL") == expected
    for row in rows("FROM latest_recommendations"):
        assert row["page_link"].endswith(f"{row['report_id']}#page={row['page']}")


def test_neighbour_recommendations_are_the_latest_of_each_neighbour(rows):
    pairs = rows(
        "SELECT pairs.urn, latest.report_id, latest.ordinal FROM statistical_neighbours AS pairs"
        " JOIN latest_recommendations AS latest ON latest.urn = pairs.neighbour_urn ORDER BY ALL"
    )
    assert rows("SELECT urn, report_id, ordinal FROM neighbour_recommendations ORDER BY ALL") == pairs
