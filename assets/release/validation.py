"""Whether a release holds: every file as listed, all forms with the same rows, no check of ``sql/`` broken.

It reads the folder alone, as someone who downloaded it would: ``python -m assets.release.checking FOLDER``.
"""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.database.sql_checks import is_blocking, load_checks, load_examples
from assets.release.formats.tabular import SHEETS, TIMES, column_types, count, csv_names, csv_query
from assets.release.manifest import sha256
from assets.schema.tables import TABLES

#: So many rows of a check that fails are told.
MAX_ROWS_SHOWN = 3


class ReleaseError(Exception):
    """There is no release, or it does not hold: one sentence that names the file or table and says why."""


def validate_release(folder: Path) -> None:
    """Open everything in a release again.

    Raises:
        ReleaseError: The first thing that does not hold.
    """
    index = validate_files(folder)
    try:
        with duckdb.connect(folder / "inspections.duckdb", read_only=True) as connection:
            for table, rows in index["tables"].items():
                _check_rows(f"inspections.duckdb, {table}", rows, count(connection, quote_identifier(table)))
                _check_parquet(connection, folder, table, rows)
            for which in csv_names():
                _check_csv(connection, folder, which)
            _check_workbook(connection, folder / "inspections.xlsx")
            _check_queries(connection)
    except (duckdb.Error, pa.ArrowException, zipfile.BadZipFile, ElementTree.ParseError, OSError) as error:
        raise ReleaseError(
            f"release {folder.name} cannot be read again: {str(error).splitlines()[0]}"
        ) from error


def _read_index(folder: Path) -> dict[str, Any]:
    try:
        index: dict[str, Any] = json.loads((folder / "index.json").read_bytes())
        for document in folder.glob("*.json*"):
            json.loads(document.read_bytes())
    except (OSError, ValueError) as error:
        raise ReleaseError(f"release {folder.name} cannot be read again: {error}") from error
    return index


def validate_files(folder: Path) -> dict[str, Any]:
    """Compare a release's files with its index, byte by byte, and return that.

    Raises:
        ReleaseError: The first file that is not as listed.
    """
    index = _read_index(folder)
    listed = {file["path"]: file for file in index["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for path in sorted((listed.keys() | {"index.json"}) ^ there):
        raise ReleaseError(
            f"release {folder.name}: {path} is {'not there' if path in listed else 'not listed'}"
        )
    for path, file in listed.items():
        if sha256(folder / path) != file["sha256"]:
            raise ReleaseError(f"release {folder.name}: {path} is not what it was")
    return index


def _check_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, rows: int) -> None:
    whole = folder / "parquet" / f"{table}.parquet"
    _check_rows(whole.name, rows, pq.read_metadata(whole).num_rows)
    same = f"SELECT * FROM {quote_identifier(table)} EXCEPT ALL SELECT * FROM read_parquet({quote_literal(whole)})"  # noqa: S608
    _check_rows(f"{whole.name}, rows that differ", 0, count(connection, f"({same})"))
    if TABLES[table].by_year:
        years = (folder / "parquet_by_year" / table).rglob("*.parquet")
        found = sum(pq.read_metadata(path).num_rows for path in years)
        _check_rows(f"parquet_by_year/{table}", rows, found)


def _check_csv(connection: duckdb.DuckDBPyConnection, folder: Path, which: str) -> None:
    """Read a CSV file with the types of its table: it must give the very same rows."""
    types = {
        column: "VARCHAR" if kind.endswith("[]") else kind
        for column, kind in column_types(connection, which).items()
    }
    declared = ", ".join(f"{quote_literal(column)}: {quote_literal(kind)}" for column, kind in types.items())
    path = quote_literal(folder / "csv" / f"{which}.csv")
    read = (
        f"SELECT {quote_identifiers(types)} FROM read_csv({path}, auto_detect = false, header = true,"  # noqa: S608
        f" delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false, parallel = false,"
        f" timestampformat = {quote_literal(TIMES)}, columns = {{{declared}}})"
    )
    query = csv_query(connection, which)
    _check_rows(f"{which}.csv", count(connection, f"({query})"), count(connection, f"({read})"))
    differing = count(connection, f"(({query}) EXCEPT ALL ({read}))")
    _check_rows(f"{which}.csv, rows that differ", 0, differing)


def _check_workbook(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        for number, view in enumerate(SHEETS, start=1):
            with book.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                found = sum(element.tag.endswith("}row") for _, element in ElementTree.iterparse(sheet))  # noqa: S314
            _check_rows(f"{path.name}, sheet {number}", count(connection, quote_identifier(view)), found - 1)


def _check_queries(connection: duckdb.DuckDBPyConnection) -> None:
    """Run what ``sql/`` has of checks and examples: a check finds nothing, an example is answered."""
    for view in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
        count(connection, quote_identifier(view[0]))
    for file in filter(is_blocking, load_checks()):
        if found := connection.execute(file.query).fetchmany(MAX_ROWS_SHOWN):
            raise ReleaseError(f"check {file.name} finds rows: {'; '.join(map(str, found))}")
    for file in load_examples():
        connection.execute(file.query).fetchall()


def _check_rows(what: str, wanted: int, found: int) -> None:
    if wanted != found:
        raise ReleaseError(f"{what}: {found} rows where there should be {wanted}")


def main() -> int:
    """Run the command line."""
    folder = Path(sys.argv[1])
    try:
        validate_release(folder)
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Release {folder.name} holds.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
