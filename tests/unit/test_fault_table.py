"""docs/faults.md contains exactly what the tests declare."""

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


def test_page_matches_the_declarations():
    made = subprocess.run(
        [sys.executable, "-m", "tests.support.fault_table", "--print"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert PAGE.read_text(encoding="utf-8") == made.stdout, "the page is stale: run `make docs`"


def test_page_groups_faults_by_theme_and_links_all_tests():
    made = page(
        [Proof(KILL, "b.py", "test_k"), Proof(RESET, "a.py", "test_b"), Proof(RESET, "a.py", "test_a")]
    )
    rows = [line for line in made.splitlines() if line.startswith(("##", "| reset", "| kill"))]
    assert rows == [
        "## Fetching",
        "| reset | tries again | nothing | [test_a](../a.py), [test_b](../a.py) |",
        "## Interruptions",
        r"| kill \| -9 | carries on | nothing | [test_k](../b.py) |",
    ]


def test_fault_declared_differently_is_an_error():
    other = RESET._replace(does="gives up")
    with pytest.raises(ValueError, match="'reset' is declared differently by test_a, test_b"):
        page([Proof(RESET, "a.py", "test_a"), Proof(other, "a.py", "test_b")])


def test_declaration_is_a_registered_marker(pytestconfig):
    marker = proves("reset", theme=Theme.FETCHING, does="tries again")
    assert marker.args == (RESET,)
    assert any(line.startswith(f"{marker.name}(") for line in pytestconfig.getini("markers"))
