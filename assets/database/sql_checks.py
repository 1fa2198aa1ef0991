"""Runs the queries of ``sql/checks`` and ``sql/examples`` against a warehouse's database.

A check returns one row for each violation, so a check without rows passes. The release and the Dagster
asset checks both use this module.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.build import database_path
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
        duckdb.Error: The database is missing, or a query is invalid.
    """
    with local_copy(database_path(warehouse)) as path, duckdb.connect(path, read_only=True) as connection:
        for file in files:
            yield file, connection.execute(file.query).fetch_arrow_table()
