"""Corrections of misprints in reports: read ``data/corrections.csv`` and apply it to extracted rows.

A published value of one report is never changed in code. Each correction states the printed value that it
replaces. If the report has a different value or no such row, the correction is rejected and the year is not
written. The corrections of a missing or unreadable report are not applied and stay pending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import pyarrow as pa

from assets.schema.csv_files import CELL_PARSERS, CsvFile, CsvFileError
from assets.schema.tables import TABLES, allowed_values
from assets.schema.validation import Violation, check_rows

FILE = resources.files(__package__) / "data" / "corrections.csv"

_DECLARED = TABLES["corrections"]

#: Statuses of reports without extracted rows; their corrections and acknowledgements stay pending.
STATUSES_WITHOUT_ROWS = ("missing", "unreadable")

Row = dict[str, Any]


class CorrectionError(Exception):
    """A correction does not match the extracted rows. The message is one sentence with the reason."""


@dataclass(frozen=True)
class Correction:
    """The correction of one value. Key and values have the types of their declared columns."""

    table: str
    key: Mapping[str, Any]
    column: str
    printed: Any
    corrected: Any
    record: Row  # the row of the table ``corrections``

    def __str__(self) -> str:
        return f"the correction of {self.table}.{self.column} at {self.record['key']}"


def read_corrections(path: Traversable | None = None) -> dict[str, tuple[Correction, ...]]:
    """Read the corrections file and return the corrections by report id.

    Args:
        path: The file; ``FILE`` by default.

    Raises:
        CsvFileError: The file is invalid; the message describes the first error.
    """
    file = CsvFile.read(path or FILE, _DECLARED)
    for fault in check_rows(_DECLARED, file.rows):
        raise file.error(fault)
    corrections: dict[str, tuple[Correction, ...]] = {}
    for index, row in enumerate(file.rows.to_pylist()):

        def error(column: str, problem: str, index: int = index) -> CsvFileError:
            return file.error(Violation("correction", _DECLARED.name, (column,), problem, row=index))

        correction = _parse(row, error)
        report_id = correction.key["report_id"]
        corrections[report_id] = (*corrections.get(report_id, ()), correction)
    return corrections


def version_suffix(content: str) -> str:
    """Return a short hash of what rows depend on besides file and parser, with a leading "+"; empty if empty.

    It is appended to the version of the parser, so a report whose suffix differs is read again.
    """
    return f"+{hashlib.sha256(content.encode()).hexdigest()[:8]}" if content else ""


def corrections_hash(corrections: Iterable[Correction]) -> str:
    """Return a short hash of what the corrections change, with a leading "+"; empty without corrections."""
    changes = [
        (
            correction.table,
            correction.record["key"],
            correction.column,
            correction.printed,
            correction.corrected,
        )
        for correction in corrections
    ]
    return version_suffix(repr(changes) if changes else "")


def apply_corrections(
    tables: Mapping[str, pa.Table], corrections: Sequence[Correction]
) -> dict[str, pa.Table]:
    """Apply the corrections of a report to its rows and return the tables.

    Raises:
        CorrectionError: A correction names a row that does not exist or a different printed value.
    """
    tables = dict(tables)
    if not corrections or tables["reports"]["status"][0].as_py() in STATUSES_WITHOUT_ROWS:
        return tables
    for correction in corrections:
        table, column = correction.table, correction.column
        rows = tables[table].to_pylist()
        row = _find_row(rows, correction)
        if row is None:
            raise CorrectionError(f"{correction} is rejected: the row does not exist")
        if row[column] != correction.printed:
            raise CorrectionError(
                f"{correction} is rejected:"
                f" it replaces {correction.printed!r}, but the report has {row[column]!r}"
            )
        row[column] = correction.corrected
        tables[table] = pa.Table.from_pylist(rows, schema=tables[table].schema)
    return tables


def applied_corrections(corrections: Iterable[Correction], tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the table ``corrections``: the corrections whose values are in the stored rows.

    Corrections of unlisted, missing or unreadable reports are left out.
    """
    rows = {name: table.to_pylist() for name, table in tables.items()}
    matches = ((correction, _find_row(rows[correction.table], correction)) for correction in corrections)
    records = [
        correction.record
        for correction, row in matches
        if row is not None and row[correction.column] == correction.corrected
    ]
    return pa.Table.from_pylist(records, schema=_DECLARED.schema)


def _find_row(rows: Iterable[Row], correction: Correction) -> Row | None:
    return next((row for row in rows if correction.key.items() <= row.items()), None)


def _parse(row: Row, error: Callable[[str, str], CsvFileError]) -> Correction:
    """Parse a row of the file. ``error`` creates the exception for a column and a problem with it."""
    declared, name = TABLES[row["table"]], row["column"]
    if name not in declared.schema.names:
        raise error("column", f"{declared.name} has no column {name!r}")
    if name in declared.key:
        raise error("column", f"{name!r} is a key column of {declared.name} and cannot be corrected")
    cells = row["key"].split(" ")
    if len(cells) != len(declared.key):
        raise error("key", f"{row['key']!r} does not have one value for each of {', '.join(declared.key)}")

    def convert(column: str, field: pa.Field[Any], cell: str | None) -> Any:  # noqa: ANN401
        try:
            return _convert(field, cell)
        except ValueError as problem:
            raise error(column, f"{cell or ''!r} {problem}") from problem

    key = {
        key_column: convert("key", declared.schema.field(key_column), cell)
        for key_column, cell in zip(declared.key, cells, strict=True)
    }
    field = declared.schema.field(name)
    printed = convert("printed", field, row["printed"])
    corrected = convert("corrected", field, row["corrected"])
    if printed == corrected:
        raise error("corrected", "the corrected value equals the printed value")
    return Correction(declared.name, key, name, printed, corrected, row)


def _convert(field: pa.Field[Any], cell: str | None) -> Any:  # noqa: ANN401
    """Convert a cell to the type of a column.

    Raises:
        ValueError: The value is invalid; the message completes a sentence that starts with the cell.
    """
    if cell is None:
        if not field.nullable:
            raise ValueError(f"is invalid: {field.name} must have a value")
        return None
    if field.type not in CELL_PARSERS:
        raise ValueError(f"is invalid: values of {field.name} cannot be corrected")
    value = CELL_PARSERS[field.type](cell)
    vocabulary = allowed_values(field)
    if vocabulary and value not in vocabulary:
        raise ValueError(f"is not one of {', '.join(vocabulary)}")
    return value
