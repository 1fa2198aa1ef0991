"""The fault table, ``docs/faults.md``: what can go wrong, what the pipeline then does, and what is lost.

A test that proves a row declares it: ``@proves("The site answers 503", theme=Theme.FETCHING, does="…")``, or
``marks=proves(…)`` on one of its parameters. The page is generated from these declarations by ``make docs``;
``test_fault_table`` fails if it is stale.
"""

import sys
from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
MARKER = "fault"
#: What is lost, unless the test declares something else.
NOTHING = "nothing"

PREFACE = """# Faults: what can go wrong, and what is lost

The dataset is rebuilt on unattended machines from a site that changes without notice. Each row is proved by
the test that it names, with real components: an HTTP server, files, processes, a database. The page is
generated from these tests by `make docs`; do not edit it.
"""


class Theme(StrEnum):
    """The headings of the page, in its order."""

    FETCHING = "Fetching"
    TIME = "Changes over time"
    INTERRUPTION = "Interruptions"
    TWO_AT_ONCE = "Concurrent runs"
    HOSTILE = "Hostile files and text"
    WAREHOUSE = "A damaged warehouse"


class Fault(NamedTuple):
    """A row of the table, without its proof."""

    theme: Theme
    name: str
    does: str
    lost: str


class Proof(NamedTuple):
    """A fault and the test that proves it: path relative to the project, name without parameters."""

    fault: Fault
    path: str
    test: str


def proves(name: str, *, theme: Theme, does: str, lost: str = NOTHING) -> pytest.MarkDecorator:
    """Declare that a test proves how the pipeline handles a fault; the texts are cells of the table."""
    return pytest.mark.fault(Fault(theme, name, does, lost))


def page(proofs: Iterable[Proof]) -> str:
    """Return the page as Markdown. Raises ValueError if two tests declare one fault differently."""
    ordered = sorted(set(proofs), key=_sort_key)
    parts = [PREFACE]
    for theme, rows in groupby(ordered, key=lambda proof: proof.fault.theme):
        parts.append(f"## {theme}\n\n| Fault | What the pipeline does | What is lost | Proved by |")
        parts[-1] += "\n| --- | --- | --- | --- |\n"
        for name, same in groupby(rows, key=lambda proof: proof.fault.name):
            parts[-1] += _row(name, list(same)) + "\n"
    return "\n".join(parts)


def _sort_key(proof: Proof) -> tuple[int, str, str, str]:
    return list(Theme).index(proof.fault.theme), proof.fault.name, proof.path, proof.test


def _row(name: str, proofs: list[Proof]) -> str:
    fault, *others = {proof.fault for proof in proofs}
    if others:
        raise ValueError(f"{name!r} is declared differently by {', '.join(p.test for p in proofs)}")
    links = ", ".join(f"[{proof.test}](../{proof.path})" for proof in proofs)
    cells = (fault.name, fault.does, fault.lost, links)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


COLLECTED = pytest.StashKey[set[Proof]]()


def proofs_of(items: Iterable[pytest.Item]) -> set[Proof]:
    """Return the faults that tests declare, with the tests."""
    return {
        Proof(*marker.args, item.path.relative_to(ROOT).as_posix(), getattr(item, "originalname", item.name))
        for item in items
        for marker in item.iter_markers(MARKER)
    }


def declared() -> set[Proof]:
    """Return the faults that all tests of the project declare; pytest collects the tests.

    Raises:
        RuntimeError: pytest could not collect the tests.
    """
    collector = _Collector()
    options = ["--collect-only", "-p", "no:terminal", "-p", "no:cacheprovider", "--override-ini", "addopts="]
    code = pytest.main(["--rootdir", str(ROOT), *options, str(ROOT / "tests")], plugins=[collector])
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests could not be collected: {code!r}")
    return collector.proofs


class _Collector:
    """A pytest plugin that collects the declared faults."""

    def __init__(self) -> None:
        self.proofs: set[Proof] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.proofs |= proofs_of(session.items)


def main() -> None:
    """Write the page, or print it with ``--print``."""
    text = page(declared())
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
