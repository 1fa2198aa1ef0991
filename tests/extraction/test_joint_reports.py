"""Joint targeted area inspections and area SEND inspections. Facts were read off the pages."""

from dataclasses import replace
from datetime import date

import pytest

from assets.extraction.area_send import extract_area_send
from assets.extraction.jtai import extract_jtai, read_theme
from tests import sample


def jtai(report_id):
    return extract_jtai(sample.lines(report_id), sample.reports()[report_id][0].published)


def send(report_id):
    return extract_area_send(sample.lines(report_id), sample.reports()[report_id][0].published)


@pytest.mark.parametrize(
    ("report_id", "framework", "start", "end", "theme"),
    [
        (
            "50000222",
            "jtai_2016",
            date(2016, 6, 20),
            date(2016, 6, 24),
            "child sexual exploitation and those missing from home, care or education",
        ),
        ("50061226", "jtai_2016", date(2019, 1, 21), date(2019, 1, 25), "sexual abuse in the family"),
        ("50097926", "jtai_2016", date(2019, 6, 17), date(2019, 6, 21), "child exploitation"),
        ("50206436", "jtai_2022", date(2022, 11, 21), date(2022, 11, 25), "initial need and risk"),
        ("50252825", "jtai_2022", date(2024, 5, 20), date(2024, 5, 24), "serious youth violence"),
    ],
)
def test_when_and_into_what_a_joint_inspection_looked(report_id, framework, start, end, theme):
    read = jtai(report_id)
    assert (read.framework, read.inspection_start, read.inspection_end) == (framework, start, end)
    assert read.theme == theme


def test_case_studies_are_findings_and_areas_for_improvement_are_requests():
    read = jtai("50000222")
    kinds = [each.kind for each in read.recommendations]
    assert (kinds.count("priority_action"), kinds.count("improvement")) == (5, 14)
    studies = [each for each in read.findings if (each.section_title or "").startswith("Case study")]
    assert studies
    assert {each.kind for each in studies} == {"finding"}


def test_a_list_that_says_there_is_none_is_no_request():
    read = jtai("50061226")
    assert not [each for each in read.recommendations if "no areas for priority" in each.text]
    assert [each.kind for each in read.findings if "no areas for priority" in each.text] == ["summary"]


def test_the_deep_dive_names_the_theme_where_the_title_does_not():
    opening = "This inspection included a ‘deep dive’ focus on the response to neglect. More follows."
    assert read_theme("Joint targeted area inspection of X", opening) == "neglect"
    assert read_theme("Joint targeted area inspection of X", "Nothing is said.") is None


@pytest.mark.parametrize(
    ("report_id", "grade", "start", "end", "previous"),
    [
        (
            "50263759",
            "positive",
            date(2024, 10, 14),
            date(2024, 10, 18),
            (date(2018, 1, 29), date(2018, 2, 2)),
        ),
        (
            "50271042",
            "inconsistent",
            date(2025, 1, 20),
            date(2025, 1, 24),
            (date(2022, 1, 31), date(2022, 2, 3)),
        ),
    ],
)
def test_an_area_send_report_gives_outcome_and_dates(report_id, grade, start, end, previous):
    read = send(report_id)
    (outcome,) = read.judgements
    assert (outcome.area, outcome.grade, outcome.status) == ("area_send_outcome", grade, "graded")
    assert outcome.box is not None
    assert outcome.box.page == 1
    assert (read.inspection_start, read.inspection_end) == (start, end)
    assert (read.previous_start, read.previous_end) == previous


def test_the_team_stands_in_two_columns():
    read = send("50263759")
    assert read.lead_inspector == "Matthew Barnes"
    assert [(each.name, each.post) for each in read.inspectors][:3] == [
        ("Matthew Barnes", "Ofsted HMI, Lead inspector"),
        ("David Roberts", "CQC Lead inspector"),
        ("Sarah Canto", "Ofsted HMI"),
    ]


def test_requests_are_rows_of_a_table():
    read = send("50263759")
    assert [each.kind for each in read.recommendations] == ["improvement", "improvement"]
    assert read.recommendations[0].text.startswith("Some children and young people wait too long")
    assert read.recommendations[1].text.endswith("preparation for adulthood.")


def test_an_outcome_in_other_words_is_not_guessed():
    lines = [
        replace(line, text=line.text.replace("typically lead to positive", "are thought to be positive"))
        for line in sample.lines("50263759")
    ]
    (outcome,) = extract_area_send(lines, None).judgements
    assert (outcome.grade, outcome.status) == (None, "not_found")
