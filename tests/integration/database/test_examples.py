"""Example queries: each has a deterministic answer, and ``docs/examples.md`` shows those of the sample."""

import re
from pathlib import Path

import duckdb
import pytest

from assets.database import examples
from assets.database.sql_checks import load_examples, run_queries

EXAMPLES = load_examples()


@pytest.fixture(scope="module")
def page(sample_warehouse):
    return examples.render_examples(sample_warehouse)


@pytest.fixture(scope="module")
def answers(sample_warehouse):
    """The answers of two runs of all examples, by name."""
    runs = [run_queries(sample_warehouse, EXAMPLES) for _ in range(2)]
    return [{file.name: rows for file, rows in run} for run in runs]


def test_examples_are_distinct_questions():
    assert len(EXAMPLES) >= 20
    questions = [file.documentation.split("\n\n")[0] for file in EXAMPLES]
    assert all(question.endswith("?") for question in questions)
    assert len(set(questions)) == len(questions)


@pytest.mark.slow
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_example_has_a_deterministic_answer(file, answers):
    first, second = (run[file.name] for run in answers)
    assert first.num_rows
    assert first.equals(second)


def test_docs_page_is_up_to_date(page):
    committed = (Path(__file__).parents[3] / "docs" / "examples.md").read_text(encoding="utf-8")
    assert committed == page, "run `make docs` to regenerate the page"


def test_links_of_the_page_lead_to_headings(page):
    headings = {examples._anchor(heading) for heading in re.findall(r"^## (.*)$", page, re.MULTILINE)}
    links = re.findall(r"^- \[.*\]\(#(.*)\)$", page, re.MULTILINE)
    assert len(links) == len(EXAMPLES)
    assert set(links) == headings


def test_page_needs_a_database(tmp_path):
    with pytest.raises(duckdb.Error):
        examples.render_examples(tmp_path)


def test_cells_are_truncated_and_escaped():
    assert examples._format_cell(["a|b", None]) == "a\\|b, "
    assert examples._format_cell("x" * 500).endswith("x…")
    assert len(examples._format_cell("x" * 500)) == examples.MAX_CELL_CHARACTERS


def test_every_macro_has_a_comment(sample_warehouse):
    with duckdb.connect(str(sample_warehouse / "inspections.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "SELECT function_name, comment FROM duckdb_functions() WHERE database_name = current_database()"
        ).fetchall()
    assert {name for name, _ in comments} >= {"judgements_as_at", "finding_search", "recommendation_search"}
    assert all(comment for _, comment in comments)
