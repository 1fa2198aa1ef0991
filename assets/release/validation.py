"""Validates a release: listed files, recorded table hashes, equal rows in all formats, passing checks.

It reads only the release folder, and the checks and examples of ``sql/``. Of a release that has only its
Parquet files left (``pruning``), the tables are read from these.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import duckdb
import pyarrow as pa

from assets.database.connection import connect
from assets.database.quoting import quote_identifier, quote_literal
from assets.database.sql_checks import is_blocking, load_checks, load_examples, materialize_views
from assets.release.formats import FORMATS, format_of
from assets.release.formats.base import ReleaseContent, count_mismatch, count_rows
from assets.release.formats.duckdb import DATABASE
from assets.release.formats.parquet import TABLE_FOLDER, table_file
from assets.release.manifest import INDEX, PRUNED, File, Pruned, read_index, read_pruned, sha256
from assets.release.row_hash import hash_rows
from assets.schema.tables import TABLES, Table

#: The number of rows of a failed check that the error message shows.
MAX_ROWS_SHOWN = 3


class ReleaseError(Exception):
    """A release is missing or invalid; one sentence that names the file or table and the reason."""


def validate_release(folder: Path) -> None:
    """Validate all files, tables and formats of a release.

    Raises:
        ReleaseError: The first problem that was found.
    """
    index = validate_files(folder)
    _raise_first(folder, _problems(folder, index))


def validate_new_release(folder: Path) -> None:
    """Validate the files and formats of a release whose index was just made from its own database.

    The rows of its tables are not hashed again: that would compare the database with itself.

    Raises:
        ReleaseError: The first problem that was found.
    """
    validate_files(folder)
    _raise_first(folder, _format_problems(folder))


def _raise_first(folder: Path, problems: Iterator[str]) -> None:
    try:
        for problem in problems:
            raise ReleaseError(problem)
    except (duckdb.Error, pa.ArrowException, zipfile.BadZipFile, ElementTree.ParseError, OSError) as error:
        raise ReleaseError(f"release {folder.name} cannot be read: {str(error).splitlines()[0]}") from error


def validate_files(folder: Path) -> dict[str, Any]:
    """Compare the files of a release with its index, and return the index.

    Files that ``pruned.json`` lists as removed may exist or not: a run may have been killed between the two.

    Raises:
        ReleaseError: The index cannot be read, or a file is missing, not listed, or has another hash.
    """
    index, pruned = _read_lists(folder)
    removed = {file["path"] for file in pruned.removed}
    listed = {file["path"]: file for file in (*index["files"], *pruned.restored)}
    existing = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for path in sorted((listed.keys() | {INDEX}) ^ (existing - {PRUNED})):
        if path not in removed:
            problem = "missing" if path in listed else "not listed"
            raise ReleaseError(f"release {folder.name}: {path} is {problem}")
    for path in sorted(existing & listed.keys()):
        if sha256(folder / path) != listed[path]["sha256"]:
            raise ReleaseError(f"release {folder.name}: {path} does not match its SHA-256")
    return index


@contextmanager
def open_content(
    database: Path, folder: Path, unchanged: Mapping[str, Path] | None = None
) -> Iterator[ReleaseContent]:
    """Open the database that a release in ``folder`` is written from or validated with.

    ``unchanged`` names the files of the previous release that are not written again (``sharing``). Closing
    the database frees the memory in which DuckDB holds what it has read and sorted.
    """
    with connect(database, read_only=True) as connection:
        yield ReleaseContent(connection, folder, read_about(connection), unchanged or {})


def read_about(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the row of the view ``about``, by column; all documents of a release are written from it."""
    result = connection.execute("SELECT * FROM about")
    names = [column[0] for column in result.description or ()]
    return dict(zip(names, result.fetchone() or (), strict=True))


def describe_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Return the row count of each table, and the hashes of its rows (``row_hash``), by name."""
    return {name: _describe_table(connection, table) for name, table in TABLES.items()}


def _describe_table(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, Any]:
    hashes = hash_rows(connection, table)
    return {
        "rows": count_rows(connection, quote_identifier(table.name)),
        "sha256": hashes.all,
        "years": {str(year): rows for year, rows in hashes.years.items()},
    }


def table_problems(
    connection: duckdb.DuckDBPyConnection, index: Mapping[str, Any], source: str = DATABASE
) -> Iterator[str]:
    """Yield a sentence for each table whose rows are not those of the index; ``source`` has them."""
    actual = describe_tables(connection)
    for name, expected in index["tables"].items():
        yield from count_mismatch(f"{source}, {name}", expected["rows"], actual[name]["rows"])
        # Older releases have no hashes of years.
        if any(expected[hashes] != actual[name][hashes] for hashes in expected.keys() & {"sha256", "years"}):
            yield f"{source}, {name}: the rows do not match the hash in {INDEX}"


def _read_lists(folder: Path) -> tuple[dict[str, Any], Pruned]:
    try:
        index, pruned = read_index(folder), read_pruned(folder)
        for document in folder.glob("*.json*"):
            json.loads(document.read_bytes())
        files = {file["path"]: file for file in index["files"]}
        for file in (*pruned.removed, *pruned.restored):
            if not _may_be_pruned(file, files.get(file["path"]), is_restored=file in pruned.restored):
                raise ReleaseError(f"release {folder.name}: {file['path']} cannot be listed in {PRUNED}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReleaseError(f"release {folder.name} cannot be read: {error}") from error
    return index, pruned


def _may_be_pruned(file: File, published: File | None, *, is_restored: bool) -> bool:
    """Return whether a file may be listed as removed, or as restored.

    It is of a derived format, and as published, except for restored files of which other bytes are equal.
    """
    release_format = format_of(file["path"])
    if published is None or release_format is None or not release_format.is_derived:
        return False
    return file == published or (is_restored and not release_format.is_reproducible)


def _problems(folder: Path, index: dict[str, Any]) -> Iterator[str]:
    if read_pruned(folder).removed:
        with TemporaryDirectory() as temporary, connect(Path(temporary) / DATABASE) as connection:
            for name in TABLES:
                rows = f"FROM read_parquet({quote_literal(folder / table_file(name))})"
                connection.execute(f"CREATE TABLE {quote_identifier(name)} AS {rows}")
            yield from table_problems(connection, index, source=TABLE_FOLDER)
        return
    # The database is opened for each part, so that the memory of the first is free for the second.
    with open_content(folder / DATABASE, folder) as content:
        yield from table_problems(content.connection, index)
    yield from _format_problems(folder)


def _format_problems(folder: Path) -> Iterator[str]:
    with open_content(folder / DATABASE, folder) as content:
        materialize_views(content.connection)  # an error is a problem of the database
        for release_format in FORMATS:
            yield from release_format.validate(content)
        yield from _query_problems(content.connection)


def _query_problems(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Run the checks and examples of ``sql/``; yield each blocking check that returns rows."""
    for check in filter(is_blocking, load_checks()):
        if rows := connection.execute(check.query).fetchmany(MAX_ROWS_SHOWN):
            yield f"check {check.name} failed: {'; '.join(map(str, rows))}"
    for example in load_examples():
        connection.execute(example.query).fetchall()
