"""docs/faults.md contains exactly what the tests declare."""

import subprocess
import sys

import pytest

from tests.support.fault_table import (
    COLLECTED,
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


def test_page_matches_the_declarations(pytestconfig):
    """A run of all tests has the declarations already; any other run collects them again."""
    whole = pytestconfig.args in ([], ["tests"])
    text = page(pytestconfig.stash[COLLECTED]) if whole else _print_page()
    assert PAGE.read_text(encoding="utf-8") == text, "the page is stale: run `make docs`"


def _print_page():
    command = [sys.executable, "-m", "tests.support.fault_table", "--print"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


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
