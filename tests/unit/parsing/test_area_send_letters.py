"""Letters of area SEND inspections of 2016 to 2022 and of revisits, typeset after public descriptions.

The sample has no such letter.
"""

from datetime import date, datetime

import pytest

from assets.parsing.models import Role
from assets.parsing.report import Publication, read_report
from tests.support.typesetter import typeset

FORM = ("7 March 2017", "Ms A Person, Director of Children’s Services, Anytown Council", "Dear Ms Person")
OPENING = (
    (
        "Between 5 December 2016 and 9 December 2016, Ofsted and the Care Quality Commission (CQC) conducted"
        " a joint inspection of the local area of Anytown to judge the effectiveness of the area."
    ),
    "The inspection was led by one of Her Majesty’s Inspectors from Ofsted.",
    "Inspectors spoke with children and young people, parents and carers, and officers.",
)
REQUIRED = (
    "As a result of the findings of this inspection, Her Majesty’s Chief Inspector (HMCI) has determined that"
    " a Written Statement of Action is required because of significant areas of weakness in its practice."
)
OUTLINE = "This letter outlines our findings from the inspection, including areas of strength."
BODY = (
    "**Main findings",
    "• Leaders know the strengths of the area.",
    (
        "**The effectiveness of the local area in identifying children and young people’s special educational"
        " needs and/or disabilities"
    ),
    "**Strengths",
    "• Children’s needs are identified early.",
    "**Areas for development",
    "• Parents do not know the local offer.",
    (
        "**The effectiveness of the local area in meeting the needs of children and young people with special"
        " educational needs and/or disabilities"
    ),
    "**Strengths",
    "• Schools work well together.",
    (
        "**The effectiveness of the local area in improving outcomes for children and young people with"
        " special educational needs and/or disabilities"
    ),
    "**Areas for improvement",
    "• Attainment is too low.",
)
WEAKNESSES = (
    (
        "The local area is required to produce and submit a Written Statement of Action to Ofsted that"
        " explains how it will tackle the following areas of significant weakness:"
    ),
    "• the lack of joint commissioning",
    "• the poor quality of plans.",
)
SIGNATURE = ("Yours sincerely", "Ann Other")


def read(*blocks, published=date(2017, 3, 7)):
    publication = Publication(
        "1", 80418, "Anytown", "area_send", "Area SEND", published, published.year, "https://x", "0", 1,
        datetime(2026, 1, 1),
    )  # fmt: skip
    return {name: table.to_pylist() for name, table in read_report(typeset(*blocks), publication).items()}


def test_letter_that_requires_a_written_statement():
    title = "**Joint local area SEND inspection in Anytown"
    tables = read(*FORM, title, *OPENING, REQUIRED, OUTLINE, *BODY, *WEAKNESSES, *SIGNATURE)
    [report], [judgement] = tables["reports"], tables["judgements"]
    assert report["framework"] == "area_send_2016"
    assert (report["inspection_start"], report["inspection_end"]) == (date(2016, 12, 5), date(2016, 12, 9))
    assert (judgement["area"], judgement["grade"], judgement["grade_rank"]) == (
        "area_send_statement",
        "written_statement_of_action",
        2,
    )
    assert judgement["grade_printed"] == "Written Statement of Action is required"
    assert judgement["page"] == 1
    assert [(row["kind"], row["text"]) for row in tables["recommendations"]] == [
        ("improvement", "Parents do not know the local offer."),
        ("improvement", "Attainment is too low."),
        ("priority_action", "the lack of joint commissioning"),
        ("priority_action", "the poor quality of plans."),
    ]
    assert [row["text"] for row in tables["findings"]] == [
        REQUIRED,
        "Leaders know the strengths of the area.",
        "Children’s needs are identified early.",
        "Schools work well together.",
        WEAKNESSES[0],
    ]
    assert "other" not in {row["role"] for row in tables["report_lines"]}
    assert "heading_implausible" not in {row["code"] for row in tables["extraction_issues"]}
    assert sum(row["role"] == "title" for row in tables["report_lines"]) == 1


COPIES = ("Cc: Department for Education", "Clinical commissioning group", "Director of Public Health")
TEAM = [
    ("Ann Other", "Lead inspector", "HMI Lead Inspector"),
    ("Bea Third", "Inspector", "CQC Inspector"),
    ("Cy Fourth", "Inspector", "Ofsted Inspector"),
]


@pytest.mark.parametrize(
    "table",
    [
        # Cells of several lines, of one line per row, and of one line per name or post.
        (
            "Ofsted | Care Quality Commission",
            "Dee Fifth\nRegional Director | Eve Sixth\nDeputy Chief Inspector, Primary\nMedical Services",
            "Ann Other\nHMI Lead\nInspector | Bea Third\nCQC Inspector",
            "Cy Fourth\nOfsted Inspector | ",
        ),
        (
            "Ofsted | Care Quality Commission",
            "Dee Fifth, Regional Director | Eve Sixth, Deputy Chief Inspector",
            "Ann Other, HMI Lead Inspector | Bea Third, CQC Inspector",
            "Cy Fourth, Ofsted Inspector | ",
        ),
        (
            "Ofsted | Care Quality Commission",
            "Dee Fifth | Eve Sixth",
            "Regional Director | Deputy Chief Inspector",
            "Ann Other | Bea Third",
            "HMI Lead Inspector | CQC Inspector",
            "Cy Fourth | ",
            "Ofsted Inspector | ",
        ),
        ("Ann Other", "HMI Lead Inspector", "Bea Third", "CQC Inspector", "Cy Fourth", "Ofsted Inspector"),
    ],
)
def test_inspectors_below_the_signature(table):
    title = "**Joint local area SEND inspection in Anytown"
    signature = ("Yours sincerely", "Ann Other", "Her Majesty’s Inspector", *table, *COPIES)
    tables = read(*FORM, title, *OPENING, REQUIRED, OUTLINE, *BODY, *WEAKNESSES, *signature)
    assert [(row["name"], row["role"], row["post"]) for row in tables["inspectors"]] == TEAM
    [report] = tables["reports"]
    assert (report["status"], report["lead_inspector"]) == ("complete", "Ann Other")
    assert tables["extraction_issues"] == []


def test_letter_signed_by_the_inspector_only():
    title = "**Joint local area SEND inspection in Anytown"
    signed = ("Yours sincerely", "Ann Other", "Her Majesty’s Inspector", *COPIES)
    tables = read(*FORM, title, *OPENING, REQUIRED, OUTLINE, *BODY, *WEAKNESSES, *signed)
    assert [row["post"] for row in tables["inspectors"]] == ["Her Majesty’s Inspector"]
    assert [row["code"] for row in tables["extraction_issues"]] == ["lead_inspector_missing"]


def test_letter_without_a_written_statement():
    title = "**Local area SEND inspection in Anytown"
    [judgement] = read(*FORM, title, *OPENING, OUTLINE, *BODY, *SIGNATURE)["judgements"]
    assert (judgement["grade"], judgement["status"]) == ("no_written_statement", "graded")
    [judgement] = read(*FORM, title, *OPENING, OUTLINE, *BODY[:5], *SIGNATURE)["judgements"]
    assert (judgement["grade"], judgement["status"]) == (None, "not_found")


@pytest.mark.parametrize(
    ("outcome", "grade"),
    [
        ("The area has made sufficient progress in addressing all of the weaknesses.", "sufficient_progress"),
        (
            "The area has made sufficient progress in addressing five of the five weaknesses.",
            "sufficient_progress",
        ),
        (
            "The area has made sufficient progress in addressing four of the five weaknesses.",
            "insufficient_progress",
        ),
        ("The area has not made sufficient progress in addressing one weakness.", "insufficient_progress"),
        ("Leaders are ambitious.", None),
    ],
)
def test_outcome_of_a_revisit(outcome, grade):
    tables = read(
        *FORM,
        "**Joint area SEND revisit in Anytown",
        (
            "Between 4 and 6 March 2019, Ofsted and the Care Quality Commission (CQC) revisited the area of"
            " Anytown to decide whether the area has made sufficient progress in addressing the weaknesses"
            " detailed in the written statement of action (WSOA) required on 6 March 2017."
        ),
        f"Inspectors are of the opinion that progress differs. {outcome}",
        "**Main findings",
        "The area now plans together.",
        *SIGNATURE,
        published=date(2019, 5, 1),
    )
    [report], [judgement] = tables["reports"], tables["judgements"]
    assert report["framework"] == "area_send_revisit"
    assert (report["inspection_start"], report["inspection_end"]) == (date(2019, 3, 4), date(2019, 3, 6))
    assert (judgement["area"], judgement["grade"]) == ("area_send_progress", grade)
    assert judgement["status"] == ("graded" if grade else "not_found")
    assert [row["kind"] for row in tables["findings"]] == ["headline", "finding"]


def test_area_send_report_of_unknown_form():
    tables = read("**Something on SEND in Anytown", OPENING[0], "**Outcomes", *BODY[1:2], "More of it.")
    [report] = tables["reports"]
    assert report["status"] == "partial"
    assert report["text_coverage"] < 0.5
    assert {row["role"] for row in tables["report_lines"]} == {str(Role.OTHER), str(Role.HEADING)}
    assert not tables["findings"]
