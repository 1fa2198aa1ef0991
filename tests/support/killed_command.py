"""Runs the command line and kills it at a named point: ``python -m tests.support.killed_command build …``.

INSPECTIONS_KILL_AT names the point. A point is the moment before a certain file is put in its place: every
file of a warehouse is written elsewhere and then renamed, so these are the moments at which the visible state
changes.
"""

import os
import signal
import sys
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from orchestration.cli import main


class KillPoint(NamedTuple):
    """The moment before the ``occurrence``-th rename to a path that matches the pattern.

    ``group`` kills the whole process group. Otherwise only the process itself dies, and its children must end
    by themselves.
    """

    pattern: str
    occurrence: int = 1
    group: bool = False


#: The points of a build, in the order in which it reaches them. It has children from when it reads reports.
BUILD_POINTS = {
    "after the crawl, before the listing is stored": KillPoint("*/parquet/publications/part-0.parquet"),
    "while files are fetched": KillPoint("*/archive/files/*.pdf", 2),
    "before the fetch log is stored": KillPoint("*/archive/fetches.parquet"),
    "after reports were read, before their first table is stored": KillPoint(
        "*/parquet/*/publication_year=*/part-0.parquet"
    ),
    "between two tables of a year": KillPoint("*/parquet/*/publication_year=*/part-0.parquet", 3),
    "before a year is complete, with all processes": KillPoint(
        "*/parquet/reports/publication_year=*/part-0.parquet", group=True
    ),
    "before the database is swapped": KillPoint("*/inspections.duckdb"),
}
#: The points of a release.
RELEASE_POINTS = {
    "before the release is put in place": KillPoint("*/releases/[0-9]*"),
    "before the release is current": KillPoint("*/releases/latest.json"),
}
KILL_POINTS = BUILD_POINTS | RELEASE_POINTS


def kill_at(point: KillPoint) -> None:
    """Have the interpreter kill itself at a point."""
    renames = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal renames
        if event == "os.rename" and fnmatchcase(os.fspath(arguments[1]), point.pattern):
            renames += 1
            if renames == point.occurrence:
                kill = os.killpg if point.group else os.kill
                kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    kill_at(KILL_POINTS[os.environ["INSPECTIONS_KILL_AT"]])
    main(prog_name="inspections")
