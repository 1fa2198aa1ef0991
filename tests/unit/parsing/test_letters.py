"""Letters: what their openings say, and where their parts begin and end. Facts were read off the pages."""

from dataclasses import replace
from datetime import date

import pytest

from assets.parsing.families.letters import extract_letter, read_theme, theme_area
from assets.parsing.models import Role
from tests.support import sample


def letter(report_id):
    publication, _ = sample.reports()[report_id]
    return extract_letter(sample.lines(report_id), publication.published)


@pytest.mark.parametrize(
    ("report_id", "start", "end", "theme", "inspectors"),
    [
        (
            "59000208",
            date(2019, 2, 5),
            date(2019, 2, 5),
            "responding to contacts and referrals at their ‘front door’, the First Response Team",
            ["Maire Atherton", "Dominic Stevens"],
        ),
        (
            "59000001",
            date(2023, 5, 17),
            date(2023, 5, 18),
            "16- and 17-year-old care leavers",
            ["Tracey Ledder", "Joy Howick"],
        ),
        (
            "59000030",
            date(2023, 11, 21),
            date(2023, 11, 22),
            "children in care",
            ["Joy Howick", "Michelle Woodward"],
        ),
    ],
)
def test_the_opening_says_when_who_and_what(report_id, start, end, theme, inspectors):
    read = letter(report_id)
    assert (read.inspection_start, read.inspection_end, read.theme) == (start, end, theme)
    assert [inspector.name for inspector in read.inspectors] == inspectors


def test_a_bullet_that_runs_across_a_page_keeps_its_end():
    read = letter("59000208")
    across = [each for each in read.findings if each.boxes[0].page == 3 and each.boxes[-1].page == 4]
    assert all(each.text.endswith(".") for each in across)
    assert len(across) == 1


def test_requests_and_priority_actions_are_told_apart():
    read = letter("59000004")
    kinds = [each.kind for each in read.recommendations]
    assert kinds == sorted(kinds, reverse=True)
    assert kinds.count("priority_action") == 2
    assert read.recommendations[0].text.startswith("the arrangements for management oversight")


def test_a_letter_that_numbers_its_paragraphs_keeps_their_numbers():
    findings = [each for each in letter("59000004").findings if each.section_title == "Findings"]
    assert [each.paragraph for each in findings] == list(range(1, 23))
    assert findings[0].text.startswith("In the Multi-Agency Safeguarding Hub (MASH) managers prioritise")


def test_that_the_department_was_notified_is_no_finding():
    read = letter("59000004")
    assert read.findings[-1].text.endswith("to carry out their challenging job.")
    assert read.roles[-1] is Role.LETTER_FORM


def test_the_letterhead_and_the_signature_are_no_findings():
    read = letter("59000208")
    words = " ".join(each.text for each in read.findings)
    assert "Piccadilly Gate" not in words
    assert "Yours sincerely" not in words
    assert Role.OTHER not in read.roles


def test_a_letter_that_prints_no_year_takes_that_of_its_publication():
    lines = [
        replace(line, text=line.text.replace("5 February 2019", "5 February"))
        for line in sample.lines("59000208")
    ]
    assert extract_letter(lines, date(2019, 2, 28)).inspection_start == date(2019, 2, 5)
    assert extract_letter(lines, date(2019, 1, 28)).inspection_start == date(2018, 2, 5)


def test_a_monitoring_visit_is_read_like_a_focused_one():
    """No letter of a monitoring visit was at hand: a real one of a focused visit is worded like one."""
    worded = {
        "Focused visit to": "Monitoring visit of",
        "a focused visit to": "the first monitoring visit to",
        "Findings": "Findings and evaluation of progress",
    }
    lines = []
    for line in sample.lines("59000208"):
        text = line.text
        for focused, monitoring in worded.items():
            if text == focused or (focused != "Findings" and focused in text):
                text = text.replace(focused, monitoring)
        lines.append(replace(line, text=text))
    read = extract_letter(lines, date(2019, 2, 28))
    focused = letter("59000208")
    assert read.inspection_start == date(2019, 2, 5)
    assert read.theme == focused.theme
    assert [each.text for each in read.findings] == [each.text for each in focused.findings]
    assert "Findings and evaluation of progress" in [section.title for section in read.sections]


@pytest.mark.parametrize(
    ("sentence", "theme"),
    [
        ("Inspectors looked at the local authority’s arrangements for the ‘front door’.", "‘front door’"),
        (
            (
                "Inspectors looked at the local authority’s arrangements for children in care, with a"
                " particular focus on: • Decision-making. • Permanence."
            ),
            "children in care",
        ),
        ("The focus of this visit was on planning for permanence.", "planning for permanence"),
        ("Inspectors looked at a range of evidence.", None),
        (
            "However, the delivery model was adapted to reflect the COVID-19 context.",
            "COVID-19 context",
        ),
    ],
)
def test_themes(sentence, theme):
    read = read_theme([sentence])
    assert (read or "").strip("‘’") == (theme or "").strip("‘’")


@pytest.mark.parametrize(
    ("theme", "area"),
    [
        ("children in need and children subject to a child protection plan", "help_and_protection"),
        ("care leavers aged 18 to 25", "care_leavers"),
        ("permanence planning", "in_care"),
        ("children in care and care leavers", "in_care_and_care_leavers"),
        ("children over 14 but not care leavers, and their placements", None),
        ("COVID-19 context", None),
        (None, None),
    ],
)
def test_a_theme_has_an_area_only_if_it_is_one(theme, area):
    assert theme_area(theme) == area
