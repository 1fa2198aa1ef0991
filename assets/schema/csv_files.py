"""Strict reader of hand-written CSV files; errors name the file, the line and the column.

Belongs here: the format of the files and of their cells. Rules about rows are in ``validation``; rules of one
file are in the module that loads it.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

import pyarrow as pa

from assets.schema.tables import Table
from assets.schema.validation import Violation


class CsvFileError(Exception):
    """A hand-written file is invalid. The message is one sentence with file, line and column."""


@dataclass(frozen=True)
class CsvFile:
    """The rows of a file in the schema of their table, and the line number of each row."""

    name: str
    rows: pa.Table
    lines: tuple[int, ...]

    @classmethod
    def read(cls, path: Traversable, declared: Table) -> "CsvFile":
        """Read a file with the columns of a table, in any order; an empty cell is null.

        Raises:
            CsvFileError: The first error in the file.
        """
        numbered_rows = [
            (line, _parse_row(f"{path.name}, line {line}", cells, declared))
            for line, cells in read_cells(path, declared.schema.names)
        ]
        rows = pa.Table.from_pylist([row for _, row in numbered_rows], schema=declared.schema)
        return cls(path.name, rows, tuple(line for line, _ in numbered_rows))

    def error(self, violation: Violation) -> CsvFileError:
        """Return a violation of the rows as an error that names its line in the file."""
        line = "" if violation.row is None else f", line {self.lines[violation.row]}"
        columns = " and ".join(violation.columns)
        key = f" ({violation.key})" if violation.key else ""
        return CsvFileError(f"{self.name}{line}, column {columns}: {violation.problem}{key}")


def read_cells(path: Traversable, expected: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the cells by column of each row of a file.

    Args:
        path: The file.
        expected: The columns that the file must have, in any order.

    Raises:
        CsvFileError: The file cannot be read, its header differs, or a row has other columns than the header.
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
        _check_header(path.name, header, expected)
        for cells in reader:
            if len(cells) != len(header):
                raise CsvFileError(
                    f"{path.name}, line {reader.line_num}: {len(cells)} cells,"
                    f" but the header has {len(header)} columns"
                )
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise CsvFileError(f"{path.name}, line {reader.line_num}: {error}") from error


def _check_header(name: str, header: list[str], expected: Sequence[str]) -> None:
    for column in expected:
        if header.count(column) != 1:
            problem = "missing" if column not in header else "duplicated"
            raise CsvFileError(f"{name}, line 1, column {column}: the column is {problem}")
    for column in header:
        if column not in expected:
            raise CsvFileError(f"{name}, line 1, column {column}: the column is unknown")


def _parse_row(where: str, cells: Mapping[str, str], declared: Table) -> dict[str, object]:
    row: dict[str, object] = {}
    for column, cell in cells.items():
        try:
            row[column] = CELL_PARSERS[declared.schema.field(column).type](cell) if cell else None
        except ValueError as error:
            raise CsvFileError(f"{where}, column {column}: {cell!r} {error}") from error
    return row


def _parse_text(cell: str) -> str:
    if cell != " ".join(unicodedata.normalize("NFC", cell).split()):
        raise ValueError("has superfluous spaces, or characters that are not in NFC")
    return cell


def _parse_integer(cell: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", cell):
        raise ValueError("is not a whole number")
    return int(cell)


def _parse_date(cell: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
            return date.fromisoformat(cell)
    except ValueError as error:
        raise ValueError(f"is not a date: {error}") from error
    raise ValueError("is not a date like 2023-04-01")


#: The parser of a cell, by type of column. The message of its ValueError follows the cell in a sentence.
CELL_PARSERS: Mapping[pa.DataType, Callable[[str], object]] = {
    pa.string(): _parse_text,
    pa.int32(): _parse_integer,
    pa.date32(): _parse_date,
}
