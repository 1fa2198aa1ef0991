"""read_inspectors: names, roles and posts in all printed forms."""

import pytest

from assets.parsing.grammar.inspectors import (
    is_lead,
    is_list_of_people,
    post_of_group,
    read_inspectors,
    read_people,
)
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
                "Team inspectors: Ann Bell. Associate inspectors: Jo Dean Supernumerary inspectors: Ken Finn"
                " Shadow senior data analyst: Gus Hall"
            ),
            [
                ("Ann Bell", "Team inspector", None),
                ("Jo Dean", "Associate inspector", None),
                ("Ken Finn", "Supernumerary inspector", None),
                ("Gus Hall", "Shadow senior data analyst", None),
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


HIS, HER = "His Majesty’s Inspector", "Her Majesty’s Inspector"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The role or post is before the name.
        (
            "lead inspector Ceri Evans and team inspector Monique Lindsay",
            [("Ceri Evans", "Lead inspector", None), ("Monique Lindsay", "Team inspector", None)],
        ),
        (
            f"{HER}, Lisa Summers and {HER}, Nick Stacey",
            [("Lisa Summers", "Inspector", HER), ("Nick Stacey", "Inspector", HER)],
        ),
        (f"{HER}s Matt Reed and Ann Bell", [("Matt Reed", "Inspector", HER), ("Ann Bell", "Inspector", HER)]),
        (
            "Regulatory Inspection Manager Rachel Holden, Charles Searle HMI",
            [
                ("Rachel Holden", "Inspector", "Regulatory Inspection Manager"),
                ("Charles Searle", "Inspector", "HMI"),
            ],
        ),
        (
            "HMI Susan Myers, Fiona Millns. Jo Dean",
            [
                ("Susan Myers", "Inspector", "HMI"),
                ("Fiona Millns", "Inspector", None),
                ("Jo Dean", "Inspector", None),
            ],
        ),
        # The role or post is after the name, or after all names.
        (
            "Ann Bell, lead inspector, Jo Dean, team inspector and Ken Finn, who observed the visit",
            [
                ("Ann Bell", "Lead inspector", None),
                ("Jo Dean", "Team inspector", None),
                ("Ken Finn", "Observer", None),
            ],
        ),
        (
            f"Ann Bell and Jo Dean, {HIS}s, and Ken Finn, {HIS} (designate), as a supernumerary inspector",
            [
                ("Ann Bell", "Inspector", HIS),
                ("Jo Dean", "Inspector", HIS),
                ("Ken Finn", "Supernumerary inspector", f"{HIS} (designate)"),
            ],
        ),
        (
            f"Ann Bell, Jo Dean, all of whom are {HIS}s (HMI), and Ken Finn (HMI designate)",
            [
                ("Ann Bell", "Inspector", HIS),
                ("Jo Dean", "Inspector", HIS),
                ("Ken Finn", "Inspector", "HMI designate"),
            ],
        ),
        (
            f"Ann Bell and Jo Dean, two of {HIS}s",
            [("Ann Bell", "Inspector", HIS), ("Jo Dean", "Inspector", HIS)],
        ),
        # Names that a line break joins or breaks.
        (
            "Judith Nelson Robert Pyner, Dominic Porter- Moore with Ken Finn",
            [
                ("Judith Nelson", "Inspector", None),
                ("Robert Pyner", "Inspector", None),
                ("Dominic Porter-Moore", "Inspector", None),
                ("Ken Finn", "Inspector", None),
            ],
        ),
    ],
)
def test_read_people(text, expected):
    assert [(person.name, person.role, person.post) for person in read_people(text, "Inspector")] == expected


def test_post_of_a_group_is_that_of_people_without_another():
    introduction = "His Majesty’s Inspectors for this visit were"
    team = read_people("Ann Bell and Jo Dean (HMI designate)", "Inspector", post_of_group(introduction))
    assert [person.post for person in team] == [HIS, "HMI designate"]
    assert post_of_group("The inspectors were") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lisa Walsh.", True),
        ("Lisa Walsh, HMI, and Ann Bell", True),
        ("Inspectors looked at care leavers.", False),
        ("Lisa Walsh looked at care leavers.", False),
        ("", False),
    ],
)
def test_is_list_of_people(text, expected):
    assert is_list_of_people(text) is expected


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
