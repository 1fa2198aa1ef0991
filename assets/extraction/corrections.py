"""Corrections of what reports print wrongly: ``corrections.csv``, reviewed row by row, applied last.

No code ever mends a value of one report. A correction says what it expects to find; where a report says
something else, or has no such row, it is refused and its year is not written. A report that could not be had
or read has nothing to correct: its corrections wait.
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

#: Statuses of reports of which no rows could be read.
_WAITING = ("missing", "unreadable")

Row = dict[str, Any]


class CorrectionError(Exception):
    """A correction does not fit what was read: one sentence that names it and says why."""


@dataclass(frozen=True)
class Correction:
    """One value of one row; key and values are typed as their columns are declared."""

    table: str
    key: Mapping[str, Any]
    column: str
    printed: Any
    corrected: Any
    record: Row  # as a row of the table ``corrections``

    def __str__(self) -> str:
        return f"the correction of {self.table}.{self.column} at {self.record['key']}"


def read_corrections(path: Traversable | None = None) -> dict[str, tuple[Correction, ...]]:
    """Return the corrections in a file, ``FILE`` if none is given, by report.

    Raises:
        ReferenceFileError: The first mistake found.
    """
    file = CsvFile.read(path or FILE, _DECLARED)
    for fault in check_rows(_DECLARED, file.rows):
        raise file.error(fault)
    found: dict[str, tuple[Correction, ...]] = {}
    for place, row in enumerate(file.rows.to_pylist()):

        def mistake(column: str, problem: str, place: int = place) -> CsvFileError:
            return file.error(Violation("correction", _DECLARED.name, (column,), problem, row=place))

        correction = _typed(row, mistake)
        report_id = correction.key["report_id"]
        found[report_id] = (*found.get(report_id, ()), correction)
    return found


def fingerprint(corrections: Iterable[Correction]) -> str:
    """Return what tells one set of corrections from another; nothing for none."""
    said = [
        (each.table, each.record["key"], each.column, each.printed, each.corrected) for each in corrections
    ]
    return f"+{hashlib.sha256(repr(said).encode()).hexdigest()[:8]}" if said else ""


def corrected(tables: Mapping[str, pa.Table], corrections: Sequence[Correction]) -> dict[str, pa.Table]:
    """Return a report's rows, by table, with its corrections applied.

    Raises:
        CorrectionError: A report that was read has no such row, or another value in it than is expected.
    """
    tables = dict(tables)
    if not corrections or tables["reports"]["status"][0].as_py() in _WAITING:
        return tables
    for each in corrections:
        rows = tables[each.table].to_pylist()
        row = _row(rows, each)
        if row is None:
            raise CorrectionError(f"{each} is refused: there is no such row any more")
        if row[each.column] != each.printed:
            raise CorrectionError(
                f"{each} is refused: it expects {each.printed!r}, but {row[each.column]!r} was read"
            )
        row[each.column] = each.corrected
        tables[each.table] = pa.Table.from_pylist(rows, schema=tables[each.table].schema)
    return tables


def in_force(corrections: Iterable[Correction], tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the table ``corrections``: those whose values stand in the stored rows.

    A correction of a report that the site does not list, or that waits, is not among them.
    """
    rows = {name: table.to_pylist() for name, table in tables.items()}
    found = ((each, _row(rows[each.table], each)) for each in corrections)
    records = [each.record for each, row in found if row is not None and row[each.column] == each.corrected]
    return pa.Table.from_pylist(records, schema=_DECLARED.schema)


def _row(rows: Iterable[Row], correction: Correction) -> Row | None:
    return next((row for row in rows if correction.key.items() <= row.items()), None)


def _typed(row: Row, mistake: Callable[[str, str], CsvFileError]) -> Correction:
    """Understand a row of the file; ``mistake`` makes an error of a column and what is wrong with it."""
    declared, name = TABLES[row["table"]], row["column"]
    if name not in declared.schema.names:
        raise mistake("column", f"{declared.name} has no column {name!r}")
    if name in declared.key:
        raise mistake("column", f"{name!r} is of the key of {declared.name}, which cannot be corrected")
    cells = row["key"].split(" ")
    if len(cells) != len(declared.key):
        raise mistake("key", f"{row['key']!r} is not a value for each of {', '.join(declared.key)}")

    def read(place: str, field: pa.Field[Any], cell: str | None) -> Any:  # noqa: ANN401
        try:
            return _value(field, cell)
        except ValueError as error:
            raise mistake(place, f"{cell or ''!r} {error}") from error

    key = {
        part: read("key", declared.schema.field(part), cell)
        for part, cell in zip(declared.key, cells, strict=True)
    }
    field = declared.schema.field(name)
    printed, right = read("printed", field, row["printed"]), read("corrected", field, row["corrected"])
    if printed == right:
        raise mistake("corrected", "this is what is printed")
    return Correction(declared.name, key, name, printed, right, row)


def _value(field: pa.Field[Any], cell: str | None) -> Any:  # noqa: ANN401
    """Read a cell as a value of a column; a ValueError says what is wrong with it."""
    if cell is None:
        if not field.nullable:
            raise ValueError(f"will not do: {field.name} must have a value")
        return None
    if field.type not in CELL_PARSERS:
        raise ValueError(f"will not do: {field.name} cannot be corrected by hand")
    value = CELL_PARSERS[field.type](cell)
    vocabulary = allowed_values(field)
    if vocabulary and value not in vocabulary:
        raise ValueError(f"is not one of {', '.join(vocabulary)}")
    return value
