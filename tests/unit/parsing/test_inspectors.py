"""read_inspectors: names, roles and posts in all printed forms."""

import pytest

from assets.parsing.grammar.inspectors import is_lead, read_inspectors
from tests.support import sample


def people(text):
    return [(person.name, person.role, person.post) for person in read_inspectors(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Lead inspector: Steve Lowe, Her Majesty’s Inspector",
            [("Steve Lowe", "Lead inspector", "Her Majesty’s Inspector")],
        ),
        (
            "Inspection dates: 11 to 22 May 2026 Lead inspector: David Cohen, His Majesty’s Inspector",
            [("David Cohen", "Lead inspector", "His Majesty’s Inspector")],
        ),
        ("Lead inspector: Sarah Urding HMI", [("Sarah Urding", "Lead inspector", "HMI")]),
        ("Lead inspector Joy Howick HMI", [("Joy Howick", "Lead inspector", "HMI")]),
        ("Reporting inspector: Paul d’Inverno HMI", [("Paul d’Inverno", "Reporting inspector", "HMI")]),
        (
            "Lead inspectors: Joy Howick and Dick O’Brien",
            [("Joy Howick", "Lead inspector", None), ("Dick O’Brien", "Lead inspector", None)],
        ),
        (
            "Lead inspector on site: Pietro Battista Report author: Sean Tarpey",
            [("Pietro Battista", "Lead inspector on site", None), ("Sean Tarpey", "Report author", None)],
        ),
        (
            (
                "Lead inspector: Lorna Schlechte, Her Majesty’s Inspector"
                " Team inspectors: Nigel Parkes, HMI Ian Young, HMI"
                " Cathy Blair, Ofsted Inspector Senior data analyst: Stewart Hartshorne"
                " Quality assurance manager: Jenny Turnross, Senior Her Majesty’s Inspector"
            ),
            [
                ("Lorna Schlechte", "Lead inspector", "Her Majesty’s Inspector"),
                ("Nigel Parkes", "Team inspector", "HMI"),
                ("Ian Young", "Team inspector", "HMI"),
                ("Cathy Blair", "Team inspector", "Ofsted Inspector"),
                ("Stewart Hartshorne", "Senior data analyst", None),
                ("Jenny Turnross", "Quality assurance manager", "Senior Her Majesty’s Inspector"),
            ],
        ),
        (
            (
                "Team inspectors: Ty Yousaf (Seconded Inspector), Ros Walker AI;"
                " Marianick Ellender-Gele HMI and Ian Young"
            ),
            [
                ("Ty Yousaf", "Team inspector", "Seconded Inspector"),
                ("Ros Walker", "Team inspector", "AI"),
                ("Marianick Ellender-Gele", "Team inspector", "HMI"),
                ("Ian Young", "Team inspector", None),
            ],
        ),
        (
            (
                "Team inspectors: Janet Fraser HMI A second visit was made in January by three inspectors."
                " These were: Chris Sands Senior HMI; Paul d’Inverno HMI"
                " and National Lead for Fostering, Adoption and Child Protection"
            ),
            [
                ("Janet Fraser", "Team inspector", "HMI"),
                ("Chris Sands", "Team inspector", "Senior HMI"),
                ("Paul d’Inverno", "Team inspector", "HMI"),
            ],
        ),
    ],
)
def test_read_inspectors(text, expected):
    assert people(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The inspection team consisted of ten of Her Majesty’s Inspectors (HMI) from Ofsted.",
        "The lead inspector found that services are good.",
        "Inspectors have looked closely at the experiences of children.",
        "Lead inspector:",
        "Lead inspector: to be confirmed",
    ],
)
def test_text_without_inspectors(text):
    assert people(text) == []


def test_is_lead():
    inspectors = read_inspectors(
        "Lead inspectors: A Bell, C Dean Deputy lead inspector: E Finn Team inspectors: G Hall"
    )
    assert [is_lead(inspector) for inspector in inspectors] == [True, True, False, False]


def test_inspectors_of_second_visit_in_real_report():
    names = [row["name"] for row in sample.tables("2755760")["inspectors"]]
    assert names == [
        "Sarah Urding",
        "Brendan Parkinson",
        "Nigel Parkes",
        "Dick O’Brien",
        "Debora Barazetti-Scott",
        "Marianick Ellender-Gele",
        "Janet Fraser",
        "Carolyn Adcock",
        "Chris Sands",
        "Paul d’Inverno",
    ]
