"""CSV: the published views and all tables except the report lines.

UTF-8, as in RFC 4180 except that lines end in a line feed. The views, and the tables that are read as text
(``WITH_AUTHORITY``), start with a byte order mark, so that a spreadsheet recognises the encoding; the other
tables, for programs, do not. A null is an empty field, a list is JSON, a time is ISO 8601 in UTC. Values are
unchanged even where a spreadsheet would interpret one as a formula ('-', '=', '+' or '@' at its start); the
workbook is for spreadsheet users.
"""

import codecs
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from assets.database.comparison import count_differences
from assets.database.ordered_rows import ordered_queries
from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.release.formats.base import (
    PUBLISHED_VIEWS,
    TIMESTAMP_FORMAT,
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    column_types,
    count_mismatch,
)
from assets.schema.tables import TABLES

FOLDER = "csv"
#: Tables with more rows than a spreadsheet can hold: only Parquet and DuckDB have them.
OMITTED_TABLES = frozenset({"report_lines"})

#: Tables that are written from a view with the authority's name and the report's date, by table.
WITH_AUTHORITY: Mapping[str, str] = {
    "findings": "findings_with_authority",
    "recommendations": "recommendations_with_authority",
}

#: The part of a file that is parsed at a time: no less than DuckDB's longest line. Its default is 32 MB, of
#: which it holds several.
_BUFFER_BYTES = 4_194_304
_COPY_OPTIONS = f"FORMAT csv, TIMESTAMPFORMAT {quote_literal(TIMESTAMP_FORMAT)}"


class CsvFormat(ReleaseFormat):
    """``csv/<name>.csv``."""

    name = "csv"
    media_type = "text/csv"
    is_derived = True
    paths: ClassVar[Mapping[str, str]] = {
        f"{FOLDER}/<name>.csv": f"the views {', '.join(f'`{view}`' for view in PUBLISHED_VIEWS)}, and all"
        " tables except `report_lines`, which is too long for a spreadsheet. UTF-8, nulls empty, lists as"
        " JSON. The views, `findings` and `recommendations` (with the authority's name and the date of the"
        " report) start with a byte order mark for spreadsheets. Values are unchanged, even where one begins"
        " with `-`, `=`, `+` or `@`, which a spreadsheet may interpret as a formula"
    }
    dialect: ClassVar[Mapping[str, Any] | None] = {
        "delimiter": ",",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    }

    def write(self, content: ReleaseContent) -> None:
        """Write the files of all tables and views."""
        (content.folder / FOLDER).mkdir()
        for file in self.files(content.folder):
            queries = _queries(content, file)
            _write(content.connection, queries, content.folder / file.path, file.source not in TABLES)

    def files(self, folder: Path) -> Iterator[DataFile]:  # noqa: ARG002
        """Yield the files of the tables, then of the views."""
        for name in (*(name for name in TABLES if name not in OMITTED_TABLES), *PUBLISHED_VIEWS):
            yield DataFile(f"{FOLDER}/{name}.csv", WITH_AUTHORITY.get(name, name))

    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Parse each file with the types of its table or view, and compare all rows."""
        for file in self.files(content.folder):
            path = content.folder / file.path
            expected = (
                f"SELECT {_columns(content, str(file.source))}"  # noqa: S608
                f" FROM {quote_identifier(str(file.source))}"
            )
            actual = _read_query(content, str(file.source), path)
            missing, surplus = count_differences(content.connection, expected, actual)
            yield from count_mismatch(f"{path.name}, rows that differ", 0, max(missing, surplus))


def _write(connection: duckdb.DuckDBPyConnection, queries: list[str], path: Path, has_mark: bool) -> None:
    """Write the rows of queries into one file, which starts with a byte order mark if ``has_mark`` is set."""
    part = path.with_suffix(".part")
    with path.open("wb") as target:
        target.write(codecs.BOM_UTF8 if has_mark else b"")
        for number, query in enumerate(queries):
            options = f"{_COPY_OPTIONS}, HEADER {number == 0}"
            connection.execute(f"COPY ({query}) TO {quote_literal(part)} ({options})")
            with part.open("rb") as source:
                shutil.copyfileobj(source, target)
    part.unlink()


def _queries(content: ReleaseContent, file: DataFile) -> list[str]:
    """Return the queries for the rows of a file: a table in the order of its key, a view in its own."""
    source, name = str(file.source), Path(file.path).stem
    columns = _columns(content, source)
    if name in TABLES:
        return ordered_queries(content.connection, TABLES[name], source=source, columns=columns)
    return [f"SELECT {columns} FROM {quote_identifier(source)}"]  # noqa: S608


def _columns(content: ReleaseContent, source: str) -> str:
    """Return the columns of a table or view as a file has them: lists as JSON."""
    return ", ".join(
        f"CAST(to_json({quote_identifier(column)}) AS VARCHAR) AS {quote_identifier(column)}"
        if column_type.endswith("[]")
        else quote_identifier(column)
        for column, column_type in column_types(content, source).items()
    )


def _read_query(content: ReleaseContent, source: str, path: Path) -> str:
    """Return the query that parses a file with the column types of its table or view."""
    types = {
        column: "VARCHAR" if column_type.endswith("[]") else column_type
        for column, column_type in column_types(content, source).items()
    }
    columns = ", ".join(f"{quote_literal(column)}: {quote_literal(kind)}" for column, kind in types.items())
    return (
        f"SELECT {quote_identifiers(types)} FROM read_csv({quote_literal(path)}, auto_detect = false,"  # noqa: S608
        " header = true, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false,"
        f" parallel = false, buffer_size = {_BUFFER_BYTES},"
        f" timestampformat = {quote_literal(TIMESTAMP_FORMAT)}, columns = {{{columns}}})"
    )
