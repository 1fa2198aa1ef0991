"""Letters of focused and monitoring visits. Expected values were copied from the pages."""

from dataclasses import replace
from datetime import date

import pytest

from assets.parsing.families.letters import (
    HEADINGS,
    extract_letter,
    read_theme,
    theme_area,
)
from assets.parsing.grammar.sections import BodyParser
from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.parsing.models import Role
from tests.support import sample
from tests.support.page_dsl import document


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
def test_dates_theme_and_inspectors_of_the_opening(report_id, start, end, theme, inspectors):
    extraction = letter(report_id)
    assert (extraction.inspection_start, extraction.inspection_end, extraction.theme) == (start, end, theme)
    assert [inspector.name for inspector in extraction.inspectors] == inspectors


@pytest.mark.parametrize(
    ("sentence", "inspectors", "lead"),
    [
        (
            "The inspectors were Ann Bell. Jo Dean. Inspectors looked at care leavers.",
            [("Ann Bell", "Inspector", None), ("Jo Dean", "Inspector", None)],
            None,
        ),
        (
            "His Majesty’s Inspectors were lead inspector Ann Bell and team inspector Jo Dean. More follows.",
            [
                ("Ann Bell", "Lead inspector", "His Majesty’s Inspector"),
                ("Jo Dean", "Team inspector", "His Majesty’s Inspector"),
            ],
            "Ann Bell",
        ),
        (
            "The visit was carried out by Her Majesty’s Inspectors Ann Bell and Jo Dean.",
            [
                ("Ann Bell", "Inspector", "Her Majesty’s Inspector"),
                ("Jo Dean", "Inspector", "Her Majesty’s Inspector"),
            ],
            None,
        ),
        (
            "Inspectors were Ann Bell HMI and Jo Dean HMI. Kit Roe, HMI (Designate), shadowed this visit.",
            [
                ("Ann Bell", "Inspector", "HMI"),
                ("Jo Dean", "Inspector", "HMI"),
                ("Kit Roe", "Shadow inspector", "HMI (Designate)"),
            ],
            None,
        ),
        (
            "The inspectors were Ann Bell HMI, lead inspector, and Jo Dean, who observed the visit.",
            [("Ann Bell", "Lead inspector", "HMI"), ("Jo Dean", "Observer", None)],
            "Ann Bell",
        ),
        (
            "The inspectors were A. Bell, HMI, and Jo Dean, HMI. More follows.",
            [("A. Bell", "Inspector", "HMI"), ("Jo Dean", "Inspector", "HMI")],
            None,
        ),
        (
            "The inspectors were Ann Bell, HMI. The quality assurance manager was Jo Dean, Senior HMI.",
            [("Ann Bell", "Inspector", "HMI"), ("Jo Dean", "Quality assurance manager", "Senior HMI")],
            None,
        ),
    ],
)
def test_inspectors_with_role_and_post(sentence, inspectors, lead):
    lines = document(["**Focused visit to X**", "", sentence, "", "**Main findings**", "", "• Help."])
    result = extract_letter(lines, date(2024, 10, 1))
    assert [(person.name, person.role, person.post) for person in result.inspectors] == inspectors
    assert result.lead_inspector == lead


def test_bullet_across_a_page_break_is_one_finding():
    findings = letter("59000208").findings
    across = [row for row in findings if row.boxes[0].page == 3 and row.boxes[-1].page == 4]
    assert all(row.text.endswith(".") for row in across)
    assert len(across) == 1


def test_kinds_of_recommendations():
    recommendations = letter("59000004").recommendations
    kinds = [row.kind for row in recommendations]
    assert kinds == sorted(kinds, reverse=True)
    assert kinds.count("priority_action") == 2
    assert recommendations[0].text.startswith("the arrangements for management oversight")


def test_paragraph_numbers_of_a_numbered_letter():
    findings = [row for row in letter("59000004").findings if row.section_title == "Findings"]
    assert [row.paragraph for row in findings] == list(range(1, 23))
    assert findings[0].text.startswith("In the Multi-Agency Safeguarding Hub (MASH) managers prioritise")


def test_notice_to_the_department_is_not_a_finding():
    extraction = letter("59000004")
    assert extraction.findings[-1].text.endswith("to carry out their challenging job.")
    assert extraction.roles[-1] is Role.LETTER_FORM


def test_letterhead_and_signature_are_not_findings():
    extraction = letter("59000208")
    text = " ".join(row.text for row in extraction.findings)
    assert "Piccadilly Gate" not in text
    assert "Yours sincerely" not in text
    assert Role.OTHER not in extraction.roles


CLOSING_WORDS = (
    "I am copying this letter to the Department for Education.",
    "This letter will be published on the Ofsted website.",
    "Thank you and your staff for your positive engagement with the focused visit.",
    "Ofsted will share the findings from this focused visit with the Department for Education.",
    "Where a focused visit results in an area for priority action, Ofsted requires an action plan.",
)


@pytest.mark.parametrize("words", CLOSING_WORDS)
@pytest.mark.parametrize("gap", [0, 16])
def test_closing_words_are_not_a_finding(words, gap):
    lines = list(sample.lines("59000208"))
    [signature] = [position for position, line in enumerate(lines) if line.text == "Yours sincerely"]
    above = lines[signature - 1]
    closing = replace(above, text=words, top=above.bottom + 3 + gap, bottom=above.bottom + 15 + gap)
    changed = extract_letter([*lines[:signature], closing, *lines[signature:]], date(2019, 2, 28))
    assert [row.text for row in changed.findings] == [row.text for row in letter("59000208").findings]
    assert changed.roles[signature] in (Role.LETTER_FORM, Role.BOILERPLATE)


def test_closing_words_may_continue_on_the_next_line():
    lines = document(
        ["**Focused visit to X**", "", "Inspectors looked at care leavers."],
        [
            "**Main findings**",
            "",
            "• Help is timely.",
            "",
            "Where a focused visit results in an",
            "area for priority action, Ofsted requires a plan.",
        ],
    )
    extraction = extract_letter(lines, date(2024, 10, 1))
    assert [finding.text for finding in extraction.findings] == ["Help is timely."]
    assert extraction.roles[-2:] == [Role.BOILERPLATE, Role.BOILERPLATE]


def test_closing_words_inside_a_sentence_are_part_of_it():
    lines = document(["**Findings**", "", "Children say", "thank you for the help that they get."])
    body = BodyParser(lines, HEADINGS, numbered=False)
    body.parse(body.text_indices)
    assert [row.text for row in body.extraction.findings] == [
        "Children say thank you for the help that they get."
    ]


@pytest.mark.parametrize(
    ("sentences", "findings", "roles"),
    [
        # The sentences on practice start inside the second line, or on a line of their own.
        (
            (
                "This visit took place on site",
                "and online. Social workers have",
                "seen children. They know them.",
            ),
            ["Social workers have seen children. They know them."],
            [Role.ABOUT, Role.ABOUT, Role.SUMMARY],
        ),
        (
            ("This visit took place on site.", "Children are seen often."),
            ["Children are seen often."],
            [Role.ABOUT, Role.SUMMARY],
        ),
        # What follows is about the visit after all.
        (
            ("This visit took place on site.", "Children have spoken to inspectors."),
            [],
            [Role.ABOUT, Role.ABOUT],
        ),
        (("Children’s services in Anytown are", "provided by a trust."), [], [Role.ABOUT, Role.ABOUT]),
    ],
)
def test_findings_at_the_end_of_the_opening(sentences, findings, roles):
    lines = document(
        [
            *("Dear Ms Person", "", "**Focused visit to Anytown children’s services**", ""),
            *("This letter summarises the findings of the visit on 27 and 28 October 2021.", ""),
            *(*sentences, "", "**Headline findings**", "", "Plans are clear."),
        ]
    )
    extraction = extract_letter(lines, date(2021, 12, 1))
    assert [row.text for row in extraction.findings] == [*findings, "Plans are clear."]
    first = [line.text for line in lines].index(sentences[0])
    assert extraction.roles[first : first + len(sentences)] == roles


def test_missing_year_is_inferred_from_the_publication_date():
    lines = [
        replace(line, text=line.text.replace("5 February 2019", "5 February"))
        for line in sample.lines("59000208")
    ]
    assert extract_letter(lines, date(2019, 2, 28)).inspection_start == date(2019, 2, 5)
    assert extract_letter(lines, date(2019, 1, 28)).inspection_start == date(2018, 2, 5)


@pytest.mark.parametrize("dates", ["4th and 5th July 2017", "Tuesday 4 July and Wednesday 5 July 2017"])
def test_dates_with_endings_and_days_of_the_week(dates):
    opening = f"This letter summarises the findings of a focused visit to X on {dates}."
    lines = document(["**Focused visit to X**", "", opening, "", "**Findings**", "", "• Help."])
    extraction = extract_letter(lines, date(2017, 8, 1))
    assert (extraction.inspection_start, extraction.inspection_end) == (date(2017, 7, 4), date(2017, 7, 5))


def test_monitoring_visit_is_parsed_like_a_focused_visit():
    """The sample has no letter of a monitoring visit: the headings of a focused visit are replaced."""
    replacements = {
        "Focused visit to": "Monitoring visit of",
        "a focused visit to": "the first monitoring visit to",
        "Findings": "Findings and evaluation of progress",
    }
    lines = []
    for line in sample.lines("59000208"):
        text = line.text
        for focused, monitoring in replacements.items():
            if text == focused or (focused != "Findings" and focused in text):
                text = text.replace(focused, monitoring)
        lines.append(replace(line, text=text))
    monitoring_visit = extract_letter(lines, date(2019, 2, 28))
    focused_visit = letter("59000208")
    assert monitoring_visit.inspection_start == date(2019, 2, 5)
    assert monitoring_visit.theme == focused_visit.theme
    assert [row.text for row in monitoring_visit.findings] == [row.text for row in focused_visit.findings]
    assert "Findings and evaluation of progress" in [row.title for row in monitoring_visit.sections]


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
        (
            (
                "Inspectors considered the local authority’s arrangements at the ‘front door’ for children"
                " who need help, in accordance with the Inspection of Local Authority Children’s Services"
                " framework."
            ),
            "‘front door’ for children who need help",
        ),
        (
            (
                "Inspectors looked at the local authority’s arrangements for care leavers aged 18 to 25,"
                " focusing specifically on: • Accommodation. • Support."
            ),
            "care leavers aged 18 to 25",
        ),
        (
            (
                "Inspectors evaluated the quality of care planning for children in care, and the timeliness"
                " of permanence arrangements for children who are unable to live with their parents."
            ),
            (
                "the quality of care planning for children in care, and the timeliness of permanence"
                " arrangements for children who are unable to live with their parents"
            ),
        ),
        ("Inspectors looked at a range of evidence.", None),
        (
            "However, the delivery model was adapted to reflect the COVID-19 context.",
            "COVID-19 context",
        ),
    ],
)
def test_themes(sentence, theme):
    result = read_theme([sentence])
    assert (result or "").strip("‘’") == (theme or "").strip("‘’")


@pytest.mark.parametrize("end", ["’.", ".’", "’.’"])
def test_theme_ends_at_a_full_stop_next_to_a_closing_quote(end):
    opening = (
        f"Inspectors looked at the local authority’s arrangements for the ‘front door{end} This visit was"
        " carried out in line with the framework. Inspectors looked at a range of evidence."
    )
    assert read_theme(SENTENCE_BREAK.split(opening)) == "‘front door’"


@pytest.mark.parametrize(
    ("theme", "area"),
    [
        ("children in need and children subject to a child protection plan", "help_and_protection"),
        ("care leavers aged 18 to 25", "care_leavers"),
        ("permanence planning", "in_care"),
        ("children in care and care leavers", "in_care_and_care_leavers"),
        ("children over 14 but not care leavers, and their placements", None),
        (
            "children in need, including the assessment of private fostering and disabled children",
            "help_and_protection",
        ),
        ("private fostering", None),
        ("fostering", "in_care"),
        ("care leavers, including the preparation of children in care for adulthood", "care_leavers"),
        ("help and protection and children in care", None),
        ("COVID-19 context", None),
        (None, None),
    ],
)
def test_area_of_a_theme(theme, area):
    assert theme_area(theme) == area
