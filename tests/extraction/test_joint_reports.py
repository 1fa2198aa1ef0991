"""Joint targeted area inspections and area SEND inspections. Facts were read off the pages."""

from dataclasses import replace
from datetime import date

import pytest

from assets.extraction.area_send import extract_area_send
from assets.extraction.jtai import HEADINGS, extract_jtai, read_theme
from assets.extraction.rows import Role
from assets.extraction.sections import Sections
from tests import sample
from tests.extraction.pages import document, line


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


def body(*pages):
    """Read pages of a letter's body; return what came of it."""
    lines = document(*pages)
    sections = Sections(lines, HEADINGS)
    sections.read(sections.text)
    return sections.out


STUDY = line("Practice study: highly effective practice", x0=76.1, bold=True)
TOLD_IN_THE_STUDY = line("Partners listened to one child, and her life at home is calmer now.", x0=76.1)


def test_findings_below_a_boxed_study_stand_in_the_section_around_it():
    out = body(
        [
            "**Main findings**",
            "",
            "1. Partners know the children who need help, and they act in good time.",
            "",
            STUDY,
            "",
            TOLD_IN_THE_STUDY,
            "",
            "2. Police officers do not always write down what children tell them.",
        ],
        ["3. Schools are told of most incidents on the next day.", "", "**Next steps**"],
    )
    assert [(each.paragraph, each.section, each.section_title) for each in out.findings] == [
        (1, 1, "Main findings"),
        (None, 2, "Practice study: highly effective practice"),
        (2, 1, "Main findings"),
        (3, 1, "Main findings"),
    ]


def test_requests_below_a_boxed_study_are_requests():
    out = body(
        [
            "**Areas for improvement**",
            "",
            "• Plans do not say by when they should be carried out.",
            "",
            STUDY,
            "",
            TOLD_IN_THE_STUDY,
            "",
            "**Leadership and management**",
            "",
            "• Leaders do not look at what becomes of their plans.",
        ]
    )
    assert [(each.kind, each.section_title) for each in out.recommendations] == [
        ("improvement", "Areas for improvement"),
        ("improvement", "Leadership and management"),
    ]
    assert [each.section_title for each in out.findings] == ["Practice study: highly effective practice"]


def test_what_leads_in_a_list_titles_no_part():
    out = body(
        ["**Main findings**"],
        ["What comes of their daily call is:", "• help that begins at once", "", "The call is a strength."],
    )
    assert [each.title for each in out.sections] == ["Main findings"]
    assert [each.text for each in out.findings] == [
        "What comes of their daily call is:",
        "help that begins at once",
        "The call is a strength.",
    ]


def test_a_note_on_names_is_neither_a_finding_nor_a_title():
    lines = sample.lines("50061226")
    read = jtai("50061226")
    notes = [role for given, role in zip(lines, read.roles, strict=True) if "pseudonyms" in given.text]
    assert notes == [Role.ABOUT, Role.ABOUT]
    assert not [each for each in read.sections if "pseudonyms" in each.title]


def test_those_who_sign_are_no_section():
    assert not [each for each in jtai("50000222").sections if each.title.startswith("Ofsted")]


def test_the_deep_dive_names_the_theme_where_the_title_does_not():
    opening = "This inspection included a ‘deep dive’ focus on the response to neglect. More follows."
    assert read_theme("Joint targeted area inspection of X", opening) == "neglect"
    assert read_theme("Joint targeted area inspection of X", "Nothing is said.") is None


@pytest.mark.parametrize(
    ("response", "theme"),
    [
        ("children and families in Surrey who need help", "children and families who need help"),
        ("the criminal exploitation of children in Kirklees", "criminal exploitation of children"),
        ("initial need and risk in the London Borough of Lewisham", "initial need and risk"),
        ("need and risk in Bedford borough Council for families who need help", "need and risk"),
        ("serious youth violence in Blackburn with Darwen", "serious youth violence"),
    ],
)
def test_a_theme_names_no_place(response, theme):
    assert read_theme("", f"This letter is on the multi-agency response to {response}.") == theme


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
