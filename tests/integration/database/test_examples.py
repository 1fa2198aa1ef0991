"""The questions of ``sql/examples``: every one has an answer, and the page shows the sample's."""

import re
from pathlib import Path

import duckdb
import pytest

from assets.database import examples
from assets.database.sql_checks import load_examples as files
from assets.database.sql_checks import run_queries

EXAMPLES = files()


@pytest.fixture(scope="module")
def page(sample_warehouse):
    return examples.page(sample_warehouse)


def test_there_are_many_and_each_asks_a_question():
    assert len(EXAMPLES) >= 20
    questions = [file.documentation.split("\n\n")[0] for file in EXAMPLES]
    assert all(question.endswith("?") for question in questions)
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_every_question_has_an_answer_always_the_same(file, sample_warehouse):
    answers = [next(run_queries(sample_warehouse, [file]))[1] for _ in range(2)]
    assert answers[0].num_rows
    assert answers[0].equals(answers[1])


def test_the_page_is_true(page):
    shown = (Path(__file__).parents[3] / "docs" / "examples.md").read_text(encoding="utf-8")
    assert shown == page, "make examples renews it"


def test_every_link_of_the_page_leads_to_a_heading(page):
    headings = {examples._anchor(heading) for heading in re.findall(r"^## (.*)$", page, re.MULTILINE)}
    links = re.findall(r"^- \[.*\]\(#(.*)\)$", page, re.MULTILINE)
    assert len(links) == len(EXAMPLES)
    assert set(links) == headings


def test_a_page_without_a_database_is_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["examples", str(tmp_path)])
    assert examples.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_cells_are_cut_and_their_bars_kept_apart():
    assert examples._cell(["a|b", None]) == "a\\|b, "
    assert examples._cell("x" * 500).endswith("x…")
    assert len(examples._cell("x" * 500)) == examples.MAX_CELL_CHARACTERS


def test_every_view_and_macro_is_used_or_explained(sample_warehouse):
    with duckdb.connect(str(sample_warehouse / "inspections.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "SELECT function_name, comment FROM duckdb_functions() WHERE database_name = current_database()"
        ).fetchall()
    assert {name for name, _ in comments} >= {"judgements_as_at", "finding_search", "recommendation_search"}
    assert all(comment for _, comment in comments)
