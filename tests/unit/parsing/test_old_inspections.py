"""Inspections before ILACS: looked after children (2013), reviews of boards, and boards in SIF reports.

Expected values were copied from the pages.
"""

from dataclasses import replace
from datetime import date

import pytest

from assets.parsing.families.inspection import extract_inspection
from assets.parsing.families.looked_after import extract_looked_after
from tests.support import sample

KENT = "50004249"
SURREY_BOARD = "50004302"
DERBYSHIRE = "50004255"


def changed_lines(report_id, *changes):
    """Return the lines of a report; each change names a line by page and text and gives new attributes."""
    lines = list(sample.lines(report_id))
    for page, text, attributes in changes:
        [index] = [n for n, line in enumerate(lines) if (line.page, line.text) == (page, text)]
        lines[index] = replace(lines[index], **attributes)
    return lines


def roles(report_id, page):
    return [row["role"] for row in sample.tables(report_id)["report_lines"] if row["page"] == page]


# --- looked after children, 2013 --------------------------------------------------------------


def test_report_of_2013_is_complete():
    tables = sample.tables(KENT)
    [report] = tables["reports"]
    assert report["framework"] == "looked_after_2013"
    assert report["status"] == "complete"
    assert (report["inspection_start"], report["inspection_end"]) == (date(2013, 7, 15), date(2013, 7, 19))
    assert report["lead_inspector"] == "Helen Cawston"
    assert [(row["name"], row["role"], row["post"]) for row in tables["inspectors"]] == [
        ("Helen Cawston", "Reporting inspector", "HMI")
    ]
    assert report["text_coverage"] > 0.998


def test_judgements_of_the_record_of_main_findings():
    rows = sample.tables(KENT)["judgements"]
    assert [(row["area"], row["label"], row["grade"], row["grade_rank"]) for row in rows] == [
        ("overall_effectiveness", "Overall effectiveness", "adequate", 3),
        ("capacity_to_improve", "Capacity to improve", "good", 2),
        (
            "outcomes_for_looked_after_children",
            "Outcomes for looked after children and young people",
            "adequate",
            3,
        ),
        ("quality_of_provision", "Quality of provision", "adequate", 3),
        ("leadership_and_management", "Leadership and management", "adequate", 3),
    ]
    assert {(row["page"], row["evidence"]) for row in rows} == {(21, "table, heading")}
    assert roles(KENT, 21) == ["running_header", "heading", "heading", *["judgement_table"] * 7]


def test_sections_of_2013_have_the_grades_below_their_headings():
    rows = sample.tables(KENT)["sections"]
    assert [(row["page"], row["title"], row["grade"], row["level"]) for row in rows] == [
        (4, "About this inspection", None, 1),
        (4, "The inspection judgements and what they mean", None, 1),
        (5, "Service information", None, 1),
        (6, "Overall effectiveness of services for looked after children and young people", "adequate", 1),
        (6, "Capacity to improve", "good", 1),
        (8, "Areas for improvement", None, 1),
        (8, "Immediately:", None, 2),
        (9, "Within three months:", None, 2),
        (9, "Within six months:", None, 2),
        (10, "Outcomes for looked after children and young people", "adequate", 1),
        (15, "Quality of provision", "adequate", 1),
        (18, "Leadership and management", "adequate", 1),
        (21, "Record of main findings", None, 1),
        (21, "Services for looked after children", None, 2),
    ]


def test_numbered_paragraphs_of_2013_are_findings():
    rows = sample.tables(KENT)["findings"]
    assert [row["paragraph"] for row in rows] == list(range(1, 73))
    assert [row["kind"] for row in rows] == ["summary"] * 10 + ["finding"] * 62
    by_number = {row["paragraph"]: row for row in rows}
    assert {number: by_number[number]["area"] for number in (10, 11, 13, 22, 23, 48, 49, 61, 62, 72)} == {
        10: None,
        11: "overall_effectiveness",
        13: "capacity_to_improve",
        22: None,
        23: "outcomes_for_looked_after_children",
        48: "outcomes_for_looked_after_children",
        49: "quality_of_provision",
        61: "quality_of_provision",
        62: "leadership_and_management",
        72: "leadership_and_management",
    }
    across = by_number[18]
    assert (across["page"], across["page_end"]) == (7, 8)
    assert across["text"] == (
        "A joint commissioning arrangement with the Sussex Partnership NHS Foundation Trust has resulted in "
        "a recently re-designed Community Child and Adolescent Mental Health Service (CAMHS). However, the "
        "arrangements are new and have yet to show sustained improvement in enabling looked after children "
        "to access services in a timely way."
    )
    assert by_number[3]["text"].endswith(
        "Adequate (Grade 3) A service that only meets minimum requirements "
        "Inadequate (Grade 4) A service that does not meet minimum requirements"
    )


def test_recommendations_of_2013_have_deadlines_as_sections():
    rows = sample.tables(KENT)["recommendations"]
    assert [row["section_title"] for row in rows] == [
        *["Immediately:"] * 3,
        *["Within three months:"] * 6,
        *["Within six months:"] * 3,
    ]
    assert {(row["kind"], row["area"], row["paragraph"]) for row in rows} == {("recommendation", None, None)}
    assert rows[0]["text"] == "improve the quality of supervision and management oversight in casework"
    assert rows[8]["text"] == "improve the timeliness of care proceedings."
    assert rows[11]["text"] == (
        "review the arrangements for the independent reviewing services to ensure that the case loads of the "
        "independent reviewing officers (IROs) are manageable."
    )


def test_roles_of_the_first_pages_of_2013():
    assert roles(KENT, 1) == ["title"] * 3 + ["details"] * 4
    assert roles(KENT, 2) == ["boilerplate"] * 6
    assert roles(KENT, 3) == ["running_header"] + ["contents"] * 11
    assert set(roles(KENT, 5)) == {"running_header", "heading", "context"}


def test_grade_below_heading_that_contradicts_the_record_is_an_issue():
    lines = changed_lines(KENT, (18, "Grade 3 (Adequate)", {"text": "Grade 2 (Good)"}))
    result = extract_looked_after(lines, None)
    assert [(issue.code, issue.detail, issue.page) for issue in result.issues] == [
        (
            "judgement_contradicted",
            "leadership_and_management: adequate, but the heading 'Leadership and management' gives good",
            18,
        )
    ]


@pytest.mark.parametrize(
    ("printed", "evidence", "codes"),
    [
        ("Leadership and management Adequate Grade 3", "table, heading", []),
        # Not a grade, so not a table.
        ("Leadership and management Adequate Grade 2", "heading", ["judgement_table_unread"]),
    ],
)
def test_number_of_a_grade_must_match(printed, evidence, codes):
    lines = changed_lines(KENT, (21, "Leadership and management Adequate", {"text": printed}))
    result = extract_looked_after(lines, None)
    judgements = {row.area: row for row in result.judgements}
    assert judgements["leadership_and_management"].grade == "adequate"
    assert [row.evidence for row in result.judgements] == [evidence] * 5
    assert [issue.code for issue in result.issues] == codes


# --- boards ------------------------------------------------------------------------------------


def test_review_of_a_board():
    tables = sample.tables(SURREY_BOARD)
    [report] = tables["reports"]
    assert (report["framework"], report["status"]) == ("lscb_review", "complete")
    assert (report["inspection_start"], report["inspection_end"]) == (date(2015, 6, 15), date(2015, 6, 17))
    assert [(row["name"], row["role"], row["post"]) for row in tables["inspectors"]] == [
        ("Dominic Stevens", "Lead inspector", "HMI"),
        ("Lynn Radley", "Deputy lead inspector", "HMI"),
        ("Simon Rushall", "Quality assurance manager", "Senior Her Majesty’s Inspector"),
    ]
    [judgement] = tables["judgements"]
    assert (judgement["area"], judgement["grade"], judgement["grade_printed"], judgement["page"]) == (
        "lscb",
        "requires_improvement",
        "requires improvement",
        1,
    )
    assert judgement["label"] == "The Local Safeguarding Children Board requires improvement"
    numbered = [row for row in tables["findings"] if row["paragraph"]]
    assert [row["paragraph"] for row in numbered] == list(range(1, 18))
    assert {row["area"] for row in tables["findings"]} == {"lscb"}
    assert [row["page"] for row in tables["findings"] if row["kind"] == "summary"] == [1] + [5] * 6
    assert numbered[16]["text"].startswith("The LSCB provides a full range of policies and procedures")
    assert numbered[16]["text"].endswith("the local agency response to the national Prevent agenda.")
    recommendations = tables["recommendations"]
    assert [row["text"][:22] for row in recommendations] == [
        "Update the ‘Early help",
        "Strengthen the leaders",
        "Improve the existing m",
        "Strengthen the relatio",
        "Strengthen the governa",
        "Improve the quality an",
        "Continue the process o",
        "Put in place a process",
    ]
    assert recommendations[4]["text"] == (
        "Strengthen the governance arrangements between the chief executive of Surrey County Council and the "
        "independent chair of the LSCB so that the chief executive can better hold the independent chair to "
        "account for the effective running of the LSCB (paragraph 3)."
    )
    assert {(row["kind"], row["area"], row["section_title"]) for row in recommendations} == {
        ("recommendation", "lscb", "Recommendations")
    }


@pytest.mark.parametrize(
    ("report_id", "grade", "label", "evidence", "page"),
    [
        (
            DERBYSHIRE,
            "requires_improvement",
            (
                "The judgement for the effectiveness of the Local Safeguarding Children Board (LSCB) "
                "is requires improvement."
            ),
            "sentence, heading",
            1,
        ),
        (
            "2755760",
            "good",
            "The effectiveness of the Local Safeguarding Children Board (LSCB) is good.",
            "sentence, heading",
            1,
        ),
        (
            "2760568",
            "requires_improvement",
            "The Local Safeguarding Children Board requires improvement",
            "heading",
            38,
        ),
        (
            "50000289",
            "requires_improvement",
            "The Local Safeguarding Children Board requires improvement",
            "heading",
            37,
        ),
        ("50004291", "good", "The Local Safeguarding Children Board is good", "heading", 49),
        ("50004339", "outstanding", "The Local Safeguarding Children Board is outstanding", "heading", 33),
    ],
)
def test_judgement_of_the_board_in_a_sif_report(report_id, grade, label, evidence, page):
    [row] = [row for row in sample.tables(report_id)["judgements"] if row["area"] == "lscb"]
    assert (row["grade"], row["status"]) == (grade, "graded")
    assert (row["label"], row["evidence"], row["page"]) == (label, evidence, page)
    lines_in_box = [
        line
        for line in sample.tables(report_id)["report_lines"]
        if line["page"] == page and row["top"] <= line["top"] and line["bottom"] <= row["bottom"]
    ]
    assert " ".join(line["text"] for line in lines_in_box) == label


def test_report_without_board_has_no_judgement_of_it():
    rows = sample.tables("2761596")["judgements"]
    assert [row["area"] for row in rows] == [
        "overall_effectiveness",
        "help_and_protection",
        "in_care",
        "adoption",
        "care_leavers",
        "leadership",
    ]
    assert sample.tables("2761596")["reports"][0]["status"] == "complete"


def test_sentence_on_the_board_in_body_size_wraps():
    body = {"size": 12.0, "bold": False}
    lines = changed_lines(
        DERBYSHIRE,
        (
            1,
            "The judgement for the effectiveness of the Local Safeguarding Children",
            {"text": "The effectiveness of the Local Safeguarding Children Board (LSCB) is requires", **body},
        ),
        (
            1,
            "Board (LSCB) is requires improvement.",
            {"text": "improvement.", "size": 12.0, "bold": True},
        ),
    )
    [judgement] = [row for row in extract_inspection(lines, None).judgements if row.area == "lscb"]
    assert judgement.label == (
        "The effectiveness of the Local Safeguarding Children Board (LSCB) is requires improvement."
    )
    assert (judgement.grade, judgement.evidence) == ("requires_improvement", "sentence, heading")


def test_heading_that_contradicts_the_sentence_on_the_board_is_an_issue():
    heading = "The effectiveness of the LSCB requires improvement"
    lines = changed_lines(DERBYSHIRE, (22, heading, {"text": "The effectiveness of the LSCB is good"}))
    result = extract_inspection(lines, None)
    assert [(issue.code, issue.detail, issue.page) for issue in result.issues] == [
        (
            "judgement_contradicted",
            "lscb: requires_improvement, but the heading 'The effectiveness of the LSCB is good' gives good",
            22,
        )
    ]
