"""Progress of long stages: a bar on a terminal, one log line per stage otherwise.

Crawling, fetching, reading and building announce themselves here. Messages go to the logger ``inspections``,
which the command line prints and Dagster can capture (``python_logs`` in ``dagster.yaml``). Warnings about
the data belong in the log of the asset that found them.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

LOGGER = logging.getLogger("inspections")

T = TypeVar("T")


def announce(stage: str) -> None:
    """Log the start of a stage that has no countable parts."""
    LOGGER.info(stage)


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its unit: "1 file", "2,000 files"."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def track(items: Iterable[T], total: int, stage: str, unit: str, plural: str = "") -> Iterator[T]:
    """Yield the items of a stage; show a bar if stderr is a terminal, and log one line if not.

    ``track(files, 51, "Fetching", "file")`` logs "Fetching 51 files". Nothing is shown for no items.
    """
    if not total:
        yield from items
    elif sys.stderr.isatty():
        yield from tqdm(items, total=total, desc=stage.rstrip(":"), unit=f" {unit}")
    else:
        announce(f"{stage} {count(total, unit, plural)}")
        yield from items
