"""Joint targeted area inspections and area SEND inspections. Expected values were copied from the pages."""

from dataclasses import replace
from datetime import date

import pytest

from assets.parsing.families.area_send import extract_area_send
from assets.parsing.families.jtai import HEADINGS, extract_jtai, read_theme
from assets.parsing.grammar.sections import BodyParser
from assets.parsing.models import Role
from assets.parsing.report import Publication, read_report
from tests.support import pdf_builder, sample
from tests.support.page_dsl import document, line


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
def test_framework_dates_and_theme_of_a_joint_inspection(report_id, framework, start, end, theme):
    result = jtai(report_id)
    assert (result.framework, result.inspection_start, result.inspection_end) == (framework, start, end)
    assert result.theme == theme


def test_case_studies_are_findings_and_areas_for_improvement_are_recommendations():
    result = jtai("50000222")
    kinds = [row.kind for row in result.recommendations]
    assert (kinds.count("priority_action"), kinds.count("improvement")) == (5, 14)
    studies = [row for row in result.findings if (row.section_title or "").startswith("Case study")]
    assert studies
    assert {row.kind for row in studies} == {"finding"}


def test_statement_that_there_are_no_priority_actions_is_not_a_recommendation():
    result = jtai("50061226")
    assert not [row for row in result.recommendations if "no areas for priority" in row.text]
    assert [row.kind for row in result.findings if "no areas for priority" in row.text] == ["summary"]


def parse_body(*pages):
    """Parse these pages as the body of a joint inspection's letter."""
    body = BodyParser(document(*pages), HEADINGS)
    body.parse(body.text_indices)
    return body.extraction


STUDY = line("Practice study: highly effective practice", x0=76.1, bold=True)
STUDY_TEXT = line("Partners listened to one child, and her life at home is calmer now.", x0=76.1)


def test_section_continues_after_a_boxed_case_study():
    result = parse_body(
        [
            "**Main findings**",
            "",
            "1. Partners know the children who need help, and they act in good time.",
            "",
            STUDY,
            "",
            STUDY_TEXT,
            "",
            "2. Police officers do not always write down what children tell them.",
        ],
        ["3. Schools are told of most incidents on the next day.", "", "**Next steps**"],
    )
    assert [(row.paragraph, row.section, row.section_title) for row in result.findings] == [
        (1, 1, "Main findings"),
        (None, 2, "Practice study: highly effective practice"),
        (2, 1, "Main findings"),
        (3, 1, "Main findings"),
    ]


def test_recommendations_continue_after_a_boxed_case_study():
    result = parse_body(
        [
            "**Areas for improvement**",
            "",
            "• Plans do not say by when they should be carried out.",
            "",
            STUDY,
            "",
            STUDY_TEXT,
            "",
            "**Leadership and management**",
            "",
            "• Leaders do not look at what becomes of their plans.",
        ]
    )
    assert [(row.kind, row.section_title) for row in result.recommendations] == [
        ("improvement", "Areas for improvement"),
        ("improvement", "Leadership and management"),
    ]
    assert [row.section_title for row in result.findings] == ["Practice study: highly effective practice"]


def test_lead_in_of_a_list_is_not_a_heading():
    result = parse_body(
        ["**Main findings**"],
        ["What comes of their daily call is:", "• help that begins at once", "", "The call is a strength."],
    )
    assert [row.title for row in result.sections] == ["Main findings"]
    assert [row.text for row in result.findings] == [
        "What comes of their daily call is:",
        "help that begins at once",
        "The call is a strength.",
    ]


def test_note_on_pseudonyms_is_neither_a_finding_nor_a_heading():
    lines = sample.lines("50061226")
    result = jtai("50061226")
    roles = [
        role for text_line, role in zip(lines, result.roles, strict=True) if "pseudonyms" in text_line.text
    ]
    assert roles == [Role.ABOUT, Role.ABOUT]
    assert not [row for row in result.sections if "pseudonyms" in row.title]


def test_signatories_are_not_a_section():
    assert not [row for row in jtai("50000222").sections if row.title.startswith("Ofsted")]


def test_theme_of_the_deep_dive_if_the_title_has_none():
    opening = "This inspection included a ‘deep dive’ focus on the response to neglect. More follows."
    assert read_theme("Joint targeted area inspection of X", opening) == "neglect"
    assert read_theme("Joint targeted area inspection of X", "Nothing is said.") is None


OPENING = (
    "Between 16 and 20 October 2017, Ofsted inspected the multi-agency response to abuse and neglect in X. "
    "This letter outlines our findings. The JTAI included a ‘deep dive’ focus on children who have been"
)


@pytest.mark.parametrize(
    ("rest", "headlines"),
    [
        (["neglected. Inspectors also evaluated leadership."], []),
        # No space separates the paragraphs.
        (
            [
                "neglected. They are called ‘older children’ in this letter.The partnership is committed to",
                "X.",
            ],
            ["The partnership is committed to X."],
        ),
        (["neglected.", "", "The inspection identified strong practice."], None),
        (["neglected.", "", "Inspectors found strong practice."], None),
        (["neglected.", "", "Partners act in response to drift and delay."], None),
    ],
)
def test_opening_of_a_joint_inspection(rest, headlines):
    lines = document(
        [
            "**Joint targeted area inspection of X**",
            "",
            OPENING,
            *rest,
            "",
            "**Key strengths**",
            "",
            "• Help.",
        ]
    )
    result = extract_jtai(lines, date(2017, 12, 1))
    expected = [rest[-1]] if headlines is None else headlines
    assert [row.text for row in result.findings if row.kind == "headline"] == expected
    assert result.theme == "children who have been neglected"


def test_opening_of_a_letter_without_a_title_gives_no_rows():
    lines = document(
        ["1 May 2017", "", "Joint targeted area inspection of X", "", "**Key strengths**", "", "• Help."]
    )
    result = extract_jtai(lines, date(2017, 12, 1))
    assert [row.text for row in result.findings] == ["Help."]
    assert set(result.roles[:2]) == {Role.OTHER}


def test_theme_ends_before_a_clause_on_the_inspection():
    opening = "This was a JTAI of the multi-agency response to neglect, which took place in May."
    assert read_theme("", opening) == "neglect"


@pytest.mark.parametrize(
    ("response", "theme"),
    [
        ("children and families in Surrey who need help", "children and families who need help"),
        ("the criminal exploitation of children in Kirklees", "criminal exploitation of children"),
        ("initial need and risk in the London Borough of Lewisham", "initial need and risk"),
        ("need and risk in Bedford borough Council for families who need help", "need and risk"),
        ("serious youth violence in Blackburn with Darwen", "serious youth violence"),
        ("families in Bournemouth, Christchurch and Poole who need help", "families who need help"),
    ],
)
def test_theme_excludes_the_name_of_the_area(response, theme):
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
def test_outcome_and_dates_of_an_area_send_report(report_id, grade, start, end, previous):
    result = send(report_id)
    (outcome,) = result.judgements
    assert (outcome.area, outcome.grade, outcome.status) == ("area_send_outcome", grade, "graded")
    assert outcome.box is not None
    assert outcome.box.page == 1
    assert (result.inspection_start, result.inspection_end) == (start, end)
    assert (result.previous_start, result.previous_end) == previous


def test_inspection_team_in_two_columns():
    result = send("50263759")
    assert result.lead_inspector == "Matthew Barnes"
    assert [(row.name, row.role, row.post) for row in result.inspectors][:3] == [
        ("Matthew Barnes", "Lead inspector", "Ofsted HMI, Lead inspector"),
        ("David Roberts", "Lead inspector", "CQC Lead inspector"),
        ("Sarah Canto", "Inspector", "Ofsted HMI"),
    ]
    assert [(row.name, row.post) for row in send("50242696").inspectors][:3] == [
        ("Dave Gilkerson", "HMI, Ofsted Lead inspector"),
        ("David Roberts", "CQC Lead inspector"),
        ("Alison Smale", "HMI, Ofsted"),
    ]


@pytest.mark.parametrize(
    ("printed", "team"),
    [
        (
            "Maire Atherton, Ofsted HMI, Social Care Elizabeth Fox, CQC Inspector",
            [("Maire Atherton", "Ofsted HMI, Social Care"), ("Elizabeth Fox", "CQC Inspector")],
        ),
        (
            "Dr Keith Tysoe, Ofsted Inspector Andrea Crosby-Josephs, CQC Inspector",
            [("Keith Tysoe", "Ofsted Inspector"), ("Andrea Crosby-Josephs", "CQC Inspector")],
        ),
        (
            "J P van der Berg, Ofsted HMI Émile de la Mare, CQC Inspector",
            [("J P van der Berg", "Ofsted HMI"), ("Émile de la Mare", "CQC Inspector")],
        ),
        (
            "A. Bell, Ofsted HMI Jo O’Dean, CQC Inspector",
            [("A. Bell", "Ofsted HMI"), ("Jo O’Dean", "CQC Inspector")],
        ),
    ],
)
def test_post_ends_at_the_next_column(printed, team):
    lines = [
        replace(line, text=printed) if line.text.startswith("Sarah Canto") else line
        for line in sample.lines("50263759")
    ]
    result = extract_area_send(lines, None)
    assert [(row.name, row.post) for row in result.inspectors][2:4] == team


@pytest.mark.parametrize(
    "printed",
    [
        "ann bell, Ofsted HMI Jo Dean, CQC Inspector",
        "Ann Bell, Ofsted HMI jo dean, CQC Inspector",
        "Ann Bell (Ofsted HMI)",
    ],
)
def test_unread_row_of_the_inspection_team_is_an_issue(printed):
    lines = [
        replace(line, text=printed) if line.text.startswith("Sarah Canto") else line
        for line in sample.lines("50263759")
    ]
    issues = extract_area_send(lines, None).issues
    assert [(issue.code, issue.detail) for issue in issues] == [("inspectors_missing", printed)]


def test_date_of_a_revisit_is_not_the_end_of_the_previous_inspection():
    printed = (
        "Dates of previous inspection: The previous full inspection was on 19 March 2018. There was a "
        "subsequent revisit on 24 March 2020."
    )
    lines = [
        replace(line, text=printed) if line.text.startswith("Dates of previous") else line
        for line in sample.lines("50263759")
    ]
    result = extract_area_send(lines, None)
    assert (result.previous_start, result.previous_end) == (date(2018, 3, 19), date(2018, 3, 19))


def test_table_rows_are_recommendations():
    first, second = send("50263759").recommendations
    assert (first.kind, second.kind) == ("improvement", "improvement")
    assert first.text.startswith("Some children and young people wait too long")
    assert second.text.endswith("preparation for adulthood.")


def test_rows_of_a_table_with_uneven_lines():
    """A line at another height than the pitch of the table does not split the rows below it."""
    lines = document(
        [
            *("**Inspection outcome**", "", "Arrangements vary.", "", "**Areas for improvement**", ""),
            *("Leaders should act and", "should plan.", "They should listen.", ""),
            *("Leaders should learn.", "They should share it.", "They should train."),
        ]
    )
    lines[4] = replace(lines[4], top=lines[4].top + 1)
    assert lines[4].text == "should plan."
    rows = extract_area_send(lines, None).recommendations
    assert [row.text for row in rows] == [
        "Leaders should act and should plan. They should listen.",
        "Leaders should learn. They should share it. They should train.",
    ]


def test_table_header_does_not_start_a_second_section():
    result = send("50242696")
    assert [row.title for row in result.sections][4:] == [
        "Areas for priority action",
        "Areas for improvement",
    ]
    assert {(row.kind, row.section, row.section_title) for row in result.recommendations} == {
        ("priority_action", 5, "Areas for priority action"),
        ("improvement", 6, "Areas for improvement"),
    }


def test_line_that_spans_two_columns_is_an_issue():
    lines = sample.lines("50242696")
    assert not send("50242696").issues
    right = next(line for line in lines if line.text.startswith("Leaders across the partnership must put"))
    left = next(line for line in lines if line.page == right.page and abs(line.top - right.top) < 2)
    joined = replace(left, text=f"{left.text} {right.text}", x1=right.x1)
    lines = [joined if line is left else line for line in lines if line is not right]
    (issue,) = extract_area_send(lines, None).issues
    assert (issue.code, issue.detail, issue.page) == ("columns_joined", joined.text, 6)


def test_pdfplumber_separates_columns_that_pdfium_joins():
    def lines(left, top, *texts, size=12.0, font=pdf_builder.REGULAR):
        return [
            pdf_builder.draw_text(left, top + 14.5 * row, text, size, font) for row, text in enumerate(texts)
        ]

    pdf = pdf_builder.build_pdf(
        [
            b"".join(
                [
                    *lines(62, 60, "Area SEND inspection of Suffolk Local Area Partnership", size=18),
                    *lines(62, 100, "Inspection dates: 13 to 17 November 2023"),
                    *lines(62, 130, "Inspection outcome", size=14, font=pdf_builder.BOLD),
                    *lines(62, 160, "There are widespread and/or systemic failings leading to concerns."),
                    *lines(
                        62, 190, "What is it like to be a child in this area?", size=14, font=pdf_builder.BOLD
                    ),
                    *lines(62, 220, "Children and young people face a system that has not worked well."),
                    *lines(62, 250, "Areas for priority action", size=14, font=pdf_builder.BOLD),
                    *(pdf_builder.draw_rectangle(56, top, 218, top + 50) for top in (280, 330)),
                    *(pdf_builder.draw_rectangle(218, top, 526, top + 50) for top in (280, 330)),
                    *lines(62, 285, "Suffolk Council, NHS", "Suffolk ICB and others"),
                    *lines(224, 285, "The ICB should work with partners to assess", "children who wait."),
                    *lines(62, 335, "Suffolk County Council"),
                    *lines(224, 335, "Suffolk County Council leaders should ensure that", "they get care."),
                    *lines(62, 400, "Inspection team", size=14, font=pdf_builder.BOLD),
                    *lines(62, 430, "Charlie Fordham, Ofsted lead inspector"),
                ]
            )
        ]
    )
    publication = Publication(
        "1",
        80563,
        "Suffolk",
        "area_send",
        "Area SEND full inspection",
        date(2024, 1, 30),
        2024,
        "http://site/1",
    )
    tables = read_report(pdf, publication)
    assert [row["text"] for row in tables["recommendations"].to_pylist()] == [
        "The ICB should work with partners to assess children who wait.",
        "Suffolk County Council leaders should ensure that they get care.",
    ]
    assert [(row["code"], row["detail"]) for row in tables["extraction_issues"].to_pylist()] == [
        ("second_reader", "the pdfplumber reading was used; it resolved columns_joined (1)")
    ]


def test_outcome_with_unknown_wording_is_not_found():
    lines = [
        replace(line, text=line.text.replace("typically lead to positive", "are thought to be positive"))
        for line in sample.lines("50263759")
    ]
    (outcome,) = extract_area_send(lines, None).judgements
    assert (outcome.grade, outcome.status) == (None, "not_found")
