"""The page of faults says what the tests declare: no more, no less, no other."""

import subprocess
import sys

import pytest

from tests.support.fault_table import (
    PAGE,
    ROOT,
    Fault,
    Proof,
    Theme,
    page,
    proves,
)

RESET = Fault(Theme.FETCHING, "reset", "tries again", "nothing")
KILL = Fault(Theme.INTERRUPTION, "kill | -9", "carries on", "nothing")


def test_the_page_is_what_the_tests_declare():
    made = subprocess.run(
        [sys.executable, "-m", "tests.support.fault_table", "--print"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert PAGE.read_text(encoding="utf-8") == made.stdout, "the page is stale: `make faults` renews it"


def test_faults_stand_under_their_themes_with_all_their_proofs():
    made = page(
        [Proof(KILL, "b.py", "test_k"), Proof(RESET, "a.py", "test_b"), Proof(RESET, "a.py", "test_a")]
    )
    rows = [line for line in made.splitlines() if line.startswith(("##", "| reset", "| kill"))]
    assert rows == [
        "## Fetching",
        "| reset | tries again | nothing | [test_a](a.py), [test_b](a.py) |",
        "## Interrupted anywhere",
        r"| kill \| -9 | carries on | nothing | [test_k](b.py) |",
    ]


def test_a_fault_in_two_wordings_is_refused():
    other = RESET._replace(does="gives up")
    with pytest.raises(ValueError, match="'reset' is declared in different words by test_a, test_b"):
        page([Proof(RESET, "a.py", "test_a"), Proof(other, "a.py", "test_b")])


def test_a_declaration_is_a_marker_that_pytest_knows(pytestconfig):
    marker = proves("reset", theme=Theme.FETCHING, does="tries again")
    assert marker.args == (RESET,)
    assert any(line.startswith(f"{marker.name}(") for line in pytestconfig.getini("markers"))
