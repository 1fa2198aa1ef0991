"""read_table: judgement tables whose cells wrap or share lines, and text that is not a table."""

import pytest

from assets.parsing.frameworks import FRAMEWORKS
from assets.parsing.grammar.judgement_table import is_column_header, may_start_table, read_table
from tests.support import sample
from tests.support.page_dsl import PITCH, line, page

ILACS = FRAMEWORKS["ilacs_2018"].areas
ILACS_2023 = FRAMEWORKS["ilacs_2023"].areas
SIF = FRAMEWORKS["sif"].areas
GRADE_COLUMN = 400.0  # left edge of the column of grades


def grades(lines, areas):
    rows, count = read_table(lines, areas)
    return {row.area.name: row.grade.name for row in rows}, count


def row(label, grade, top, offset=0):
    """Return the lines of a table row. The grade starts ``offset`` lines below the start of the label."""
    left = [line(text, top + PITCH * index) for index, text in enumerate(label)]
    right = [line(text, top + PITCH * (offset + index), x0=GRADE_COLUMN) for index, text in enumerate(grade)]
    return sorted(left + right, key=lambda line: (line.top, line.x0))


LEADERS = ["The impact of leaders on social work", "practice with children and families"]
HELP = ["The experiences and progress of", "children who need help and", "protection"]


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_label_wraps_and_grade_is_beside_any_of_its_lines(offset):
    lines = [
        line("Judgement Grade", 80),
        *row(HELP, ["Good"], 100, offset),
        *row(["Overall effectiveness"], ["Outstanding"], 200),
    ]
    rows, count = read_table(lines, ILACS)
    assert [(row.area.name, row.grade.name) for row in rows] == [
        ("help_and_protection", "good"),
        ("overall_effectiveness", "outstanding"),
    ]
    assert count == len(lines)
    assert rows[0].label == "The experiences and progress of children who need help and protection"
    assert rows[0].box == (1, 71.0, 100, GRADE_COLUMN + 24, 100 + 2 * PITCH + 11.7)


@pytest.mark.parametrize(
    "grade",
    [
        ["Requires", "improvement to", "be good"],
        ["Requires", "improvement", "to be good"],
        ["Requires", "improvement to be", "good"],
        ["Requires improvement", "to be", "good"],
        ["Requires", "improvement", "to be", "good"],
    ],
)
@pytest.mark.parametrize("offset", [0, -1])
def test_grade_over_several_lines(grade, offset):
    lines = [
        line("Judgement Grade", 60),
        *row(LEADERS, grade, 100, offset),
        *row(HELP, grade, 170, offset),
        *row(["Overall effectiveness"], ["Good"], 240),
    ]
    assert grades(lines, ILACS) == (
        {
            "leadership": "requires_improvement",
            "help_and_protection": "requires_improvement",
            "overall_effectiveness": "good",
        },
        len(lines),
    )


def test_grade_wraps():
    lines = [
        *row(["1. Children who need help and protection"], ["Good"], 100),
        *row(["2. Children looked after and", "achieving permanence"], ["Requires", "improvement"], 130),
        *row(["2.1 Adoption performance"], ["Requires", "improvement", "to be good"], 180, -1),
        *row(["3. Leadership, management and governance"], ["Requires improvement"], 230),
    ]
    assert grades(lines, SIF)[0] == {
        "help_and_protection": "good",
        "in_care": "requires_improvement",
        "adoption": "requires_improvement",
        "leadership": "requires_improvement",
    }


def test_both_cells_on_one_line():
    lines = page(
        "Judgement Grade",
        "The impact of leaders on social work Inadequate",
        "practice with children and families",
        "The experiences and progress of Requires improvement to be good",
        "children who need help and protection",
        "Overall effectiveness Inadequate",
    )
    assert grades(lines, ILACS) == (
        {
            "leadership": "inadequate",
            "help_and_protection": "requires_improvement",
            "overall_effectiveness": "inadequate",
        },
        6,
    )


def test_labels_with_full_stop_extra_word_or_other_case():
    lines = page(
        "The Impact of Leaders on social work practice with children and families. Good.",
        "The experiences and progress of children care leavers Outstanding",
        "OVERALL EFFECTIVENESS good",
    )
    assert grades(lines, ILACS_2023)[0] == {
        "leadership": "good",
        "care_leavers": "outstanding",
        "overall_effectiveness": "good",
    }


def test_area_not_judged():
    rows, _ = read_table(page("2.1 Adoption performance Not judged"), SIF)
    assert (rows[0].area.name, rows[0].grade.name, rows[0].grade.printed) == ("adoption", None, "Not judged")


def test_table_ends_with_its_last_cell():
    lines = page(
        "Overall effectiveness Good",
        "",
        "In 2020, Ofsted conducted a focused visit that was good",
        "Overall effectiveness Inadequate",
    )
    assert grades(lines, ILACS) == ({"overall_effectiveness": "good"}, 1)


@pytest.mark.parametrize(
    "lines",
    [
        # A grade without a label, a label without a grade, half a grade.
        [line("Judgement Grade", 80), line("Good", 100, x0=GRADE_COLUMN)],
        [*row(LEADERS, [], 100), *row(["Overall effectiveness"], ["Good"], 200)],
        [*row(LEADERS, ["Good"], 100), *row(["Overall effectiveness"], [], 200)],
        row(["Overall effectiveness"], ["Requires"], 100),
        # An incomplete label.
        row(["The impact of leaders on social work"], ["Good"], 100),
        # As many grades as labels, but not at the same height.
        [*row(LEADERS, [], 100), *row(["Overall effectiveness"], ["Good", "Good"], 200)],
        [*row(LEADERS, ["Good", "Inadequate"], 100), *row(["Overall effectiveness"], [], 200)],
    ],
)
def test_unpaired_cells_give_no_rows(lines):
    assert read_table(lines, ILACS) == ([], 0)


def test_prose_is_not_a_table():
    lines = page("Children’s services are good.", "Overall effectiveness Good")
    assert read_table(lines, ILACS) == ([], 0)
    assert read_table([], ILACS) == ([], 0)


@pytest.mark.parametrize(
    "text", ["Judgement Grade", "Key judgement Judgement grade", "Key judgement", "JUDGEMENT"]
)
def test_column_headers(text):
    assert is_column_header(text)
    assert may_start_table(line(text), ILACS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The impact of leaders on social work", True),
        ("The experiences and progress of Requires improvement", True),
        ("Overall effectiveness Good", True),
        ("The experiences", False),
        ("The experiences and progress are good", False),
        ("The overall judgement is good", False),
    ],
)
def test_may_start_table(text, expected):
    assert may_start_table(line(text), ILACS) is expected
    assert not is_column_header(text)


def test_table_continues_on_next_page():
    lines = [line for line in sample.lines("50004301") if line.page <= 2]
    first = next(index for index, line in enumerate(lines) if may_start_table(line, SIF))
    rows, _ = read_table([line for line in lines[first:] if line.size > 10 and not line.text.isdigit()], SIF)
    assert [(row.area.name, row.box.page) for row in rows] == [
        ("help_and_protection", 1),
        ("in_care", 1),
        ("adoption", 1),
        ("care_leavers", 2),
        ("leadership", 2),
    ]
