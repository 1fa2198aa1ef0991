"""CSV files of the website, which people open in spreadsheets.

They start with a byte order mark, so that spreadsheets read them as UTF-8. A text that a spreadsheet would
take for a formula starts with an apostrophe. The release's own CSV files (``downloads/csv``) have the exact
values instead.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: First characters of a text that a spreadsheet takes for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that have the same columns into a file; without rows it is empty.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerows([list(row) for row in rows[:1]])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: object) -> object:
    """Return a value as its cell: lists separated by '; ', and no text that is a formula."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
