"""The table of faults, ``tests/FAULTS.md``: what goes wrong, what the pipeline then does, what is lost.

A test that proves a row declares it: ``@proves("The site answers 503", theme=Theme.FETCHING, does="…")``, or
``marks=proves(…)`` on one of its parameters. The page is made of these declarations and of nothing else:
``make faults`` renews it, and ``test_fault_table`` fails where it is stale.
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
#: What is lost, unless a test says otherwise.
NOTHING = "nothing"

PREFACE = """# What goes wrong, and what is lost

The dataset is rebuilt on machines that nobody watches, from a site that changes without notice. Each row here
is proved by the test it names, with real parts: a server, files, processes, a database. The page is made from
these tests by `make faults`; do not edit it.
"""


class Theme(StrEnum):
    """The headings of the page, in its order."""

    FETCHING = "Fetching"
    TIME = "Change over time"
    INTERRUPTION = "Interrupted anywhere"
    TWO_AT_ONCE = "Two at once"
    HOSTILE = "Hostile files and words"
    WAREHOUSE = "A damaged warehouse"


class Fault(NamedTuple):
    """A row of the page, without its proof."""

    theme: Theme
    name: str
    does: str
    lost: str


class Proof(NamedTuple):
    """A fault and a test that proves it: its path in the project, its name without parameters."""

    fault: Fault
    path: str
    test: str


def proves(name: str, *, theme: Theme, does: str, lost: str = NOTHING) -> pytest.MarkDecorator:
    """Declare that a test proves what becomes of a fault: in a few words each, for the table."""
    return pytest.mark.fault(Fault(theme, name, does, lost))


def page(proofs: Iterable[Proof]) -> str:
    """Return the whole page. Raises ValueError where two tests say different things of one fault."""
    kept = sorted(set(proofs), key=_place)
    parts = [PREFACE]
    for theme, rows in groupby(kept, key=lambda proof: proof.fault.theme):
        parts.append(f"## {theme}\n\n| Fault | What the pipeline does | What is lost | Proved by |")
        parts[-1] += "\n| --- | --- | --- | --- |\n"
        for name, own in groupby(rows, key=lambda proof: proof.fault.name):
            parts[-1] += _row(name, list(own)) + "\n"
    return "\n".join(parts)


def _place(proof: Proof) -> tuple[int, str, str, str]:
    return list(Theme).index(proof.fault.theme), proof.fault.name, proof.path, proof.test


def _row(name: str, proofs: list[Proof]) -> str:
    fault, *others = {proof.fault for proof in proofs}
    if others:
        raise ValueError(f"{name!r} is declared in different words by {', '.join(p.test for p in proofs)}")
    links = ", ".join(f"[{proof.test}]({proof.path})" for proof in proofs)
    cells = (fault.name, fault.does, fault.lost, links)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


class _Collector:
    """A plugin of pytest that notes what the tests declare."""

    def __init__(self) -> None:
        self.proofs: set[Proof] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            path = item.path.relative_to(PAGE.parent).as_posix()
            name = getattr(item, "originalname", item.name)
            self.proofs |= {Proof(*marker.args, path, name) for marker in item.iter_markers(MARKER)}


def declared() -> set[Proof]:
    """Return what all tests of the project declare, by having pytest collect them.

    Raises:
        RuntimeError: Some could not be collected.
    """
    collector = _Collector()
    silent = ["--collect-only", "-p", "no:terminal", "-p", "no:cacheprovider", "--override-ini", "addopts="]
    code = pytest.main(["--rootdir", str(ROOT), *silent, str(PAGE.parent)], plugins=[collector])
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests could not be collected: {code!r}")
    return collector.proofs


def main() -> None:
    """Renew the page, or with ``--print`` say what it should be."""
    text = page(declared())
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
