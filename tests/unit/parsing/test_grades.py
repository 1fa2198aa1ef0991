"""Grades: text that is a grade, and grades at the end of headings and sentences."""

import pytest

from assets.parsing.frameworks import FRAMEWORKS, closing_grade, framework_tables, rank, read_grade
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from assets.schema.vocabularies import GRADES


@pytest.mark.parametrize(
    ("cell", "grade", "printed"),
    [
        ("Outstanding", "outstanding", "Outstanding"),
        ("good", "good", "good"),
        ("Good.", "good", "Good"),
        (" Requires improvement ", "requires_improvement", "Requires improvement"),
        ("require improvement", "requires_improvement", "require improvement"),
        ("Requires improvement to be good", "requires_improvement", "Requires improvement to be good"),
        ("REQUIRES IMPROVEMENT TO BE GOOD.", "requires_improvement", "REQUIRES IMPROVEMENT TO BE GOOD"),
        ("Requires improvement – to be good", "requires_improvement", "Requires improvement – to be good"),
        ("Requires improvement (RI)", "requires_improvement", "Requires improvement (RI)"),
        ("‘Good’", "good", "Good"),
        ("Good*", "good", "Good"),
        ("Adequate", "adequate", "Adequate"),
        ("Inadequate", "inadequate", "Inadequate"),
        ("Not judged", None, "Not judged"),
    ],
)
def test_read_grade(cell, grade, printed):
    read = read_grade(cell)
    assert (read.name, read.printed) == (grade, printed)


@pytest.mark.parametrize(
    "cell",
    ["", "Grade", "requires", "improvement", "to be good", "Good practice", "not good", "Judged", "Goods"],
)
def test_text_that_is_not_a_grade(cell):
    assert read_grade(cell) is None


@pytest.mark.parametrize(
    ("words", "grade", "printed"),
    [
        ("The experiences and progress of children in care: good", "good", "good"),
        (
            "… children who need help and protection: requires improvement to be good",
            "requires_improvement",
            "requires improvement to be good",
        ),
        ("… with children and families is: good", "good", "good"),
        (
            "The overall judgement is that children’s services require improvement",
            "requires_improvement",
            "require improvement",
        ),
        ("The overall judgement is requires improvement", "requires_improvement", "requires improvement"),
        ("The overall judgement is good.", "good", "good"),
        ("Children’s services in Birmingham are inadequate", "inadequate", "inadequate"),
        (
            "Children’s services in Peterborough require improvement to be good",
            "requires_improvement",
            "require improvement to be good",
        ),
        (
            "The graded judgement for adoption performance is that it is outstanding",
            "outstanding",
            "outstanding",
        ),
        (
            "The graded judgment about … care leavers is that it requires improvement.",
            "requires_improvement",
            "requires improvement",
        ),
        (
            "The effectiveness of the LSCB requires improvement",
            "requires_improvement",
            "requires improvement",
        ),
        ("Leadership, management and governance Inadequate", "inadequate", "Inadequate"),
        ("Help and protection – good", "good", "good"),
        ("Leadership, management and governance are good .", "good", "good"),
        (
            "Care leavers: requires improvement, to be good",
            "requires_improvement",
            "requires improvement, to be good",
        ),
        ("Care leavers (good)", "good", "good"),
        ("Services for care leavers are ‘inadequate’.", "inadequate", "inadequate"),
        ("Services for care leavers are judged to be inadequate", "inadequate", "inadequate"),
    ],
)
def test_closing_grade(words, grade, printed):
    read = closing_grade(words)
    assert (read.name, read.printed) == (grade, printed)


@pytest.mark.parametrize(
    "words",
    [
        "What needs to improve?",
        "This local authority requires improvement and is not yet good because:",
        "The experiences and progress of children in care",
        "The graded judgement for adoption performance",
        "Good practice in help and protection",
        "Common goods",
        "Services for care leavers are not yet good",
        "Support for care leavers isn’t good",
        "The help that children receive is less than good",
        "Services for care leavers are likely to be good",
        "",
    ],
)
def test_headings_without_grade(words):
    assert closing_grade(words) is None


def test_inadequate_is_never_read_as_adequate():
    assert closing_grade("Children’s services in X are inadequate").name == "inadequate"
    assert read_grade("Inadequate").name == "inadequate"


def test_rank_follows_the_scale_of_the_framework():
    assert [rank(grade, "ilacs_2023") for grade in FRAMEWORKS["ilacs_2023"].scale] == [1, 2, 3, 4]
    assert rank("adequate", "looked_after_2013") == 3
    assert rank(None, "sif") is None


def test_framework_tables_are_valid():
    frameworks, areas = framework_tables()
    tables = {"frameworks": frameworks, "framework_areas": areas}
    for name, rows in tables.items():
        assert check_rows(TABLES[name], rows) == []
    assert check_references(tables) == []
    assert {"sif", "ilacs_2018", "ilacs_2023", "ilacs_2026", "looked_after_2013", "lscb_review"} <= set(
        frameworks["framework"].to_pylist()
    )
    for framework in FRAMEWORKS.values():
        assert set(framework.scale) <= set(GRADES)
        spellings = [spelling for area in framework.areas for spelling in area.spellings]
        assert len(spellings) == len(set(spellings))
