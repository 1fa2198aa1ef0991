"""Irregularities of real reports: each with a report of the sample that has it, and the expected result.

Irregularities that no report of the sample has are tested on constructed text in the tests of the module that
handles them: slashed dates, two lead inspectors, a table label with a full stop, numbers printed as '1 0.'.
"""

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from assets.parsing.families.inspection import extract_inspection
from tests.support import sample


def judgements(report_id):
    return {row["area"]: row for row in sample.tables(report_id)["judgements"]}


def report(report_id):
    return sample.tables(report_id)["reports"][0]


def findings(report_id, **criteria):
    rows = sample.tables(report_id)["findings"]
    return [row for row in rows if all(row[key] == value for key, value in criteria.items())]


def page_text(report_id, page):
    return "\n".join(line.text for line in sample.lines(report_id) if line.page == page)


def numbers(report_id):
    return [row["paragraph"] for row in sample.tables(report_id)["findings"] if row["paragraph"]]


# --- judgements --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report_id", ["50285308", "50294205", "50293401"])
def test_label_with_an_extra_word(report_id):
    row = judgements(report_id)["care_leavers"]
    assert row["label"] == "The experiences and progress of children care leavers"
    assert (row["status"], row["evidence"]) == ("graded", "table, heading")


def test_area_of_2018_is_two_areas_since_2023():
    assert "in_care_and_care_leavers" in judgements("50177455")
    assert not {"in_care", "care_leavers"} & judgements("50177455").keys()
    assert "in_care_and_care_leavers" not in judgements("50267804")
    assert {"in_care", "care_leavers"} <= judgements("50267804").keys()


@pytest.mark.parametrize("report_id", ["50304387", "50306548", "50308602"])
def test_no_overall_effectiveness_since_2026(report_id):
    assert report(report_id)["framework"] == "ilacs_2026"
    assert judgements(report_id).keys() == {"leadership", "help_and_protection", "in_care", "care_leavers"}


def test_wording_of_leadership_label_since_2026():
    assert (
        judgements("50306548")["leadership"]["label"]
        == "The impact of leaders on practice with children and families"
    )
    assert "social work practice" in judgements("50304387")["leadership"]["label"]


def test_label_wraps_with_grade_beside_first_line():
    row = judgements("50177455")["help_and_protection"]
    assert (row["label"], row["grade_printed"]) == (
        "The experiences and progress of children who need help and protection",
        "Inadequate",
    )
    assert row["bottom"] - row["top"] > 24  # two lines


def test_grade_between_the_lines_of_its_label():
    row = judgements("50004301")["in_care"]
    assert (row["label"], row["grade"]) == (
        "2. Children looked after and achieving permanence",
        "requires_improvement",
    )


def test_grade_wraps():
    assert judgements("2755760")["adoption"]["grade_printed"] == "Requires improvement"


def test_table_continues_on_second_page():
    pages = {area: row["page"] for area, row in judgements("50004301").items()}
    assert (pages["adoption"], pages["care_leavers"], pages["leadership"]) == (1, 2, 2)


@pytest.mark.parametrize(
    ("report_id", "sentence", "grade"),
    [
        (
            "50000289",
            "The overall judgement is that children’s services require improvement",
            "requires_improvement",
        ),
        ("2755760", "The overall judgement is requires improvement", "requires_improvement"),
        ("50004255", "The overall judgement is good.", "good"),
        ("50004315", "Children’s services in the London Borough of Hammersmith and Fulham are good", "good"),
        (
            "50004305",
            "Children’s services in Peterborough require improvement to be good",
            "requires_improvement",
        ),
    ],
)
def test_overall_effectiveness_in_a_sentence(report_id, sentence, grade):
    row = judgements(report_id)["overall_effectiveness"]
    assert (row["label"], row["grade"], row["evidence"], row["page"]) == (sentence, grade, "sentence", 1)


def test_overall_effectiveness_without_the_name_of_the_authority():
    sentence = "Children’s services require improvement to be good"
    lines = [
        replace(line, text=sentence) if line.text.startswith("Children’s services in Peterborough") else line
        for line in sample.lines("50004305")
    ]
    [judgement, *_] = extract_inspection(lines, None).judgements
    assert (judgement.area, judgement.label, judgement.grade) == (
        "overall_effectiveness",
        sentence,
        "requires_improvement",
    )


def test_reason_below_the_overall_judgement_is_a_finding():
    reason = "There are widespread and serious failures that leave children at risk of harm"
    lines = sample.lines("2755760")
    position = next(i for i, line in enumerate(lines) if line.text.startswith("The overall judgement")) + 1
    lines.insert(position, replace(lines[position - 1], text=reason))
    result = extract_inspection(lines, None)
    assert result.judgements[0].grade == "requires_improvement"
    assert (result.findings[0].kind, result.findings[0].text) == ("summary", reason)


@pytest.mark.parametrize("label", ["Inspection date:", "Dates of inspection:", "Dates of the inspection"])
def test_labels_of_the_dates(label):
    lines = [
        replace(line, text=line.text.replace("Inspection dates:", label)) for line in sample.lines("50189673")
    ]
    result = extract_inspection(lines, None)
    assert (result.inspection_start, result.inspection_end) == (date(2022, 6, 13), date(2022, 6, 17))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Requires improvement (RI)", "requires_improvement"),
        ("Requires improvement, to be good", "requires_improvement"),
        ("‘Good’", "good"),
    ],
)
def test_unusual_grade_in_the_table(cell, name):
    lines = [
        replace(line, text=cell) if line.page == 1 and line.text == "Good" else line
        for line in sample.lines("50189673")
    ]
    rows = {row.area: row for row in extract_inspection(lines, None).judgements}
    care = rows["in_care_and_care_leavers"]
    assert (care.grade, care.evidence.split(", ")[0]) == (name, "table")


@pytest.mark.parametrize("report_id", ["50177455", "50285308", "50304387", "50004301"])
def test_headings_give_framework_and_grades_without_a_table(report_id):
    rows = sample.tables(report_id)["report_lines"]
    is_in_table = [row["role"] == "judgement_table" and row["page"] < 3 for row in rows]
    lines = [
        line for line, excluded in zip(sample.lines(report_id), is_in_table, strict=True) if not excluded
    ]
    result = extract_inspection(lines, None)
    assert result.framework == report(report_id)["framework"]
    assert [issue.code for issue in result.issues] == ["judgement_table_unread"]
    for judgement in result.judgements:
        expected = judgements(report_id)[judgement.area]
        if judgement.area == "overall_effectiveness" and expected["evidence"] == "table":
            assert judgement.status == "not_found"
        else:
            assert (judgement.grade, judgement.status) == (expected["grade"], "graded")


def test_not_judged():
    row = judgements("50004339")["adoption"]
    assert (row["status"], row["grade"], row["grade_rank"], row["grade_printed"]) == (
        "not_judged",
        None,
        None,
        "Not judged",
    )
    assert report("50004339")["status"] == "complete"


def test_grade_adequate_of_2013():
    assert "adequate" in {row["grade"] for row in judgements("50004249").values()}


@pytest.mark.parametrize("report_id", ["50004291", "2760568", "50004305"])
def test_chapters_repeat_their_grade_in_a_table(report_id):
    areas = {row["area"]: row["grade"] for row in sample.tables(report_id)["sections"] if row["grade"]}
    for area in ("help_and_protection", "in_care", "leadership"):
        assert areas[area] == judgements(report_id)[area]["grade"]
        assert judgements(report_id)[area]["evidence"] == "table, heading"


# --- dates and people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report_id", "words", "first", "last"),
    [
        ("50004249", "15 – 19 July 2013", "2013-07-15", "2013-07-19"),
        ("50004339", "28 July 2016", "2016-07-28", "2016-07-28"),
        ("50149902", "2 March 2020 to 6 March 2020", "2020-03-02", "2020-03-06"),
        ("50000289", "18 November – 10 December 2014", "2014-11-18", "2014-12-10"),
        ("50004255", "19 November 2013 – 11 December 2013", "2013-11-19", "2013-12-11"),
        ("2755760", "19 November-11 December 2013 and 28 – 30\nJanuary 2014", "2013-11-19", "2014-01-30"),
        (
            "50110094",
            "8 July 2019 to 12 July 2019 and 7 August 2019 to\n8 August 2019",
            "2019-07-08",
            "2019-08-08",
        ),
        ("50306548", "11 to 22 May 2026", "2026-05-11", "2026-05-22"),
        # The running footer has 17 April; the first page is correct.
        ("50304387", "27 April to 1 May 2026", "2026-04-27", "2026-05-01"),
    ],
)
def test_dates(report_id, words, first, last):
    assert words in page_text(report_id, 1)
    row = report(report_id)
    assert (row["inspection_start"], row["inspection_end"]) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


def test_short_and_standard_inspections():
    assert report("50304387")["inspection_type"] == "short"
    assert report("50110094")["inspection_type"] == "standard"
    assert report("50004339")["inspection_type"] is None


@pytest.mark.parametrize(
    ("report_id", "name", "role", "post"),
    [
        ("50189673", "Amanda Maxwell", "Lead inspector", "Her Majesty’s Inspector"),
        ("50285308", "Amanda Maxwell", "Lead inspector", "His Majesty’s Inspector"),
        ("2755760", "Sarah Urding", "Lead inspector", None),
        ("50004249", "Helen Cawston", "Reporting inspector", "HMI"),
        ("50004315", "Pietro Battista", "Lead inspector on site", None),
    ],
)
def test_lead_inspector(report_id, name, role, post):
    [row] = [row for row in sample.tables(report_id)["inspectors"] if row["name"] == name]
    assert row["role"] == role
    assert post in (None, row["post"])
    assert report(report_id)["lead_inspector"] == name


def test_report_author_in_addition_to_lead_inspector():
    roles = {row["role"]: row["name"] for row in sample.tables("50004315")["inspectors"]}
    assert roles["Report author"] == "Sean Tarpey"
    assert report("50004315")["lead_inspector"] == "Pietro Battista"


def test_report_without_lead_inspector():
    assert "inspector" not in page_text("50289041", 1).casefold()
    assert report("50289041")["lead_inspector"] is None
    assert sample.tables("50289041")["inspectors"] == []
    assert report("50289041")["status"] == "complete"  # a warning, not an error


def test_team_named_on_inner_page():
    assert "Lead inspector" not in page_text("50004301", 1)
    assert len(sample.tables("50004301")["inspectors"]) == 13


# --- paragraphs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report_id", sorted({"50177455", "2755760", "50004291", "50004339", "50308602"}))
def test_paragraph_numbers_have_no_gap(report_id):
    assert numbers(report_id) == list(range(1, len(numbers(report_id)) + 1))


def test_first_reports_of_single_framework_are_unnumbered():
    assert numbers("50004255") == []
    assert len(findings("50004255", kind="finding")) > 50
    assert len(findings("50004255", area="lscb", kind="finding")) > 9


def test_paragraph_numbers_without_space():
    unspaced = re.findall(r"(?m)^\d+\.[A-Z]", raw_text("50110094"))
    assert len(unspaced) > 30
    assert numbers("50110094") == list(range(1, len(numbers("50110094")) + 1))
    assert not [row for row in findings("50110094") if re.match(r"\d", row["text"])]


def raw_text(report_id):
    with pypdfium2.PdfDocument(sample.pdf(report_id)) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")


def test_paragraph_number_without_text():
    [row] = findings("2760568", paragraph=89)
    assert (row["text"], row["page"], row["area"]) == ("", 22, "in_care")
    assert numbers("2760568") == list(range(1, len(numbers("2760568")) + 1))


def test_page_furniture_does_not_split_a_paragraph():
    [row] = findings("50289041", paragraph=2)
    assert (row["page"], row["page_end"], len(row["boxes"])) == (2, 3, 2)
    assert "areas for improvement have been cross-referenced" not in row["text"]
    assert "Inspection of Warwickshire" not in row["text"]


@pytest.mark.parametrize("report_id", ["2755760", "50004291", "50000289", "50289041", "50004339"])
def test_footnote_references_are_removed(report_id):
    assert re.search(r"(?:Board|improvement\.?|improve\?|area)\s*\d\b", raw_text(report_id))
    roles = ("title", "heading", "judgement", "summary", "finding", "recommendation")
    rows = sample.tables(report_id)["report_lines"]
    words = " ".join(row["text"] for row in rows if row["role"] in roles)
    assert not re.search(r"\b(?:board|improvement|improve|area)[.?]?\d", words, re.IGNORECASE)


def test_bullets_are_normalised():
    for report_id in ("50004255", "50000289", "50004291", "2760568", "50177455"):
        texts = " ".join(row["text"] for row in sample.tables(report_id)["report_lines"])
        assert "•" in texts
        assert not re.search(r"[\ue000-\uf8ff◼■\ufffe]", texts)


def test_hyphenated_words_at_line_end():
    assert "\ufffe" in raw_text("50004315")
    words = " ".join(row["text"] for row in findings("50004315"))
    assert "tri-borough" in words
    assert not re.search(r"[a-z]- (?!and\b|or\b|to\b|rather\b)[a-z]", words)


def test_heading_drawn_after_its_text():
    assert {row["area"] for row in findings("2760568", page=30)} == {"care_leavers"}


# --- recommendations ---------------------------------------------------------------------------------------


def test_citations_of_the_national_framework():
    outcomes = [row["outcomes"] for row in sample.tables("50289041")["recommendations"]]
    assert outcomes == [[3], [4], [4], []]  # the last cites an enabler
    assert [row["outcomes"] for row in sample.tables("50276411")["recommendations"]] == [
        [4]
    ]  # 'Outcome four'
    assert [row["outcomes"] for row in sample.tables("50304387")["recommendations"]] == [
        [1], [2], [1], [4], [2], [2], [], [2]
    ]  # fmt: skip  # 'National Framework, Outcome 1'


@pytest.mark.parametrize(
    ("report_id", "authority", "board"),
    [("50004255", 9, 7), ("50000289", 20, 7), ("2755760", 13, 2), ("50004291", 15, 5), ("2760568", 20, 7)],
)
def test_strengths_and_progress_are_not_recommendations(report_id, authority, board):
    rows = sample.tables(report_id)["recommendations"]
    assert sum(row["area"] != "lscb" for row in rows) == authority
    assert sum(row["area"] == "lscb" for row in rows) == board


def test_priority_actions_differ_from_areas_for_improvement():
    kinds = [row["kind"] for row in sample.tables("2760568")["recommendations"] if row["area"] != "lscb"]
    assert kinds == ["priority_action"] * 4 + ["recommendation"] * 16


def test_statement_without_priority_action_is_a_finding():
    [row] = findings("2755760", paragraph=18)
    assert (row["text"], row["kind"]) == ("There are no areas for priority or immediate action.", "finding")


def test_second_report_in_the_same_file():
    """The pilot in Hull, 2014: the report on the board follows, with a separate title and numbers from 1."""
    rows = findings("50000289", area="lscb", kind="finding")
    assert {row["page"] for row in rows} >= {41, 42, 43, 44, 45}
    numbered = [row for row in findings("50000289") if row["paragraph"]]
    assert [row["paragraph"] for row in numbered if row["part"] == 1] == list(range(1, 141))
    assert [row["paragraph"] for row in numbered if row["part"] == 2] == list(range(1, 22))
    assert judgements("50000289")["lscb"]["page"] == 37
    [title] = [row for row in sample.tables("50000289")["sections"] if row["page"] == 37 and not row["area"]]
    assert title["title"] == "Kingston upon Hull Safeguarding Children Board"
