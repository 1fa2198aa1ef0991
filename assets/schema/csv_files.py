"""Files written by hand, read strictly: a mistake in them is told by file, line and column.

Every cell must be in the one form of its type. What rows must hold beside, the reader of each file checks.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

import pyarrow as pa

from assets.schema.tables import Table
from assets.schema.validation import Violation


class CsvFileError(Exception):
    """A reference file is broken; one sentence that names file, line and column."""


@dataclass(frozen=True)
class CsvFile:
    """A file's rows, in their table's declared schema, and the line on which each stands."""

    name: str
    rows: pa.Table
    lines: tuple[int, ...]

    @classmethod
    def read(cls, path: Traversable, declared: Table) -> "CsvFile":
        """Read a file of a table's columns, in any order; an empty cell is null.

        Raises:
            ReferenceFileError: The first mistake found.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise CsvFileError(f"cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise CsvFileError(f"{path.name}, line {line}: the text is not UTF-8") from error
        reader = csv.reader(text.splitlines(keepends=True), strict=True)
        try:
            header = next(reader, [])
            _check_header(path.name, header, declared)
            placed = [
                (reader.line_num, _parsed(f"{path.name}, line {reader.line_num}", header, cells, declared))
                for cells in reader
            ]
        except csv.Error as error:
            raise CsvFileError(f"{path.name}, line {reader.line_num}: {error}") from error
        rows = pa.Table.from_pylist([row for _, row in placed], schema=declared.schema)
        return cls(path.name, rows, tuple(line for line, _ in placed))

    def mistake(self, fault: Violation) -> CsvFileError:
        """Tell a fault in the rows as a mistake in the file."""
        where = self.name if fault.row is None else f"{self.name}, line {self.lines[fault.row]}"
        key = f" ({fault.key})" if fault.key else ""
        return CsvFileError(f"{where}, column {' and '.join(fault.columns)}: {fault.problem}{key}")


def _check_header(name: str, header: list[str], declared: Table) -> None:
    wanted = declared.schema.names
    for column in wanted:
        if header.count(column) != 1:
            found = "missing" if column not in header else "there twice"
            raise CsvFileError(f"{name}, line 1, column {column}: the column is {found}")
    for column in header:
        if column not in wanted:
            raise CsvFileError(f"{name}, line 1, column {column}: the column is unknown")


def _parsed(where: str, header: list[str], cells: list[str], declared: Table) -> dict[str, object]:
    if len(cells) != len(header):
        raise CsvFileError(f"{where}: {len(cells)} cells where the header names {len(header)} columns")
    row: dict[str, object] = {}
    for column, cell in zip(header, cells, strict=True):
        try:
            row[column] = READERS[declared.schema.field(column).type](cell) if cell else None
        except ValueError as error:
            raise CsvFileError(f"{where}, column {column}: {cell!r} {error}") from error
    return row


def _text(cell: str) -> str:
    if cell != " ".join(unicodedata.normalize("NFC", cell).split()):
        raise ValueError("has blanks too many, or letters that are not in NFC")
    return cell


def _whole_number(cell: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", cell):
        raise ValueError("is not a whole number")
    return int(cell)


def _day(cell: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
            return date.fromisoformat(cell)
    except ValueError as error:
        raise ValueError(f"is not a date: {error}") from error
    raise ValueError("is not a date like 2023-04-01")


#: How a cell of each type is read; a ValueError says what is wrong with it.
READERS: Mapping[pa.DataType, Callable[[str], object]] = {
    pa.string(): _text,
    pa.int32(): _whole_number,
    pa.date32(): _day,
}
