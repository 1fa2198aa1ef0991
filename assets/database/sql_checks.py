"""Runs the queries of ``sql/checks`` and ``sql/examples`` against a warehouse's database.

A check returns one row for each violation, so a check without rows passes. The asset of the database
and the release both use this module.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.build import database_path
from assets.database.connection import connect
from assets.database.quoting import quote_identifier
from assets.database.sql_files import (
    BLOCKING,
    CHECKS_FOLDER,
    EXAMPLES_FOLDER,
    SqlFile,
    read_sql_files,
    sql_folder,
)
from assets.storage.filesystem import local_copy


def load_checks() -> list[SqlFile]:
    """Return all checks, sorted by name.

    Raises:
        SqlFileError: A file is invalid.
    """
    return read_sql_files(sql_folder() / CHECKS_FOLDER)


def is_blocking(check: SqlFile) -> bool:
    """Return whether rows of this check stop a release."""
    return check.severity == BLOCKING


def load_examples() -> list[SqlFile]:
    """Return the example queries, sorted by name.

    Raises:
        SqlFileError: A file is invalid.
    """
    return read_sql_files(sql_folder() / EXAMPLES_FOLDER)


def run_queries(warehouse: Path, files: Iterable[SqlFile]) -> Iterator[tuple[SqlFile, pa.Table]]:
    """Yield each file with the rows that its query returns from the warehouse's database.

    Raises:
        duckdb.Error: The database is missing, or a query or a view is invalid.
    """
    with local_copy(database_path(warehouse)) as path, connect(path, read_only=True) as connection:
        yield from run_on(connection, files)


def run_on(
    connection: duckdb.DuckDBPyConnection, files: Iterable[SqlFile]
) -> Iterator[tuple[SqlFile, pa.Table]]:
    """Yield each file with the rows that its query returns from an open database. Raises duckdb.Error."""
    if files := list(files):
        materialize_views(connection)
    for file in files:
        yield file, connection.execute(file.query).fetch_arrow_table()


def materialize_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows of every view to a temporary table of the same name, which further queries read instead.

    DuckDB plans a view, and the views below it, again in each query. For the checks and examples together
    this takes ten times longer than to evaluate each view once. The database itself may be read-only.

    Raises:
        duckdb.Error: A view is invalid.
    """
    for view in list_views(connection):
        materialize_view(connection, view)


def list_views(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of the database's views in the order of their creation: each after those it uses."""
    views = connection.execute(
        "SELECT view_name FROM duckdb_views()"
        " WHERE database_name = current_database() AND NOT internal ORDER BY view_oid"
    )
    return [name for (name,) in views.fetchall()]


def materialize_view(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    """Copy the rows of a view to a temporary table of the same name. Raises duckdb.Error."""
    name = quote_identifier(view)
    connection.execute(f"CREATE TEMP TABLE {name} AS FROM main.{name}")
