"""The files of ``sql/`` that are asked: checks, whose rows are what is wrong, and examples."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.build import database_path
from assets.database.sql_files import SqlFile, read_sql_files, sql_folder
from assets.storage.filesystem import local_copy

#: The folders of checks, each a query that gives a row for everything that is wrong: those of the first stop
#: a release, those of the second are to be looked into.
CHECKS = ("checks", "warnings")


def load_checks() -> list[SqlFile]:
    """Return the checks of all folders.

    Raises:
        SqlFileError: A file is wrong.
    """
    return [file for folder in CHECKS for file in read_sql_files(sql_folder() / folder)]


def is_blocking(check: SqlFile) -> bool:
    """Tell whether a release is stopped by the rows of a check."""
    return check.folder == CHECKS[0]


def load_examples() -> list[SqlFile]:
    """Return the examples: questions of users.

    Raises:
        SqlFileError: A file is wrong.
    """
    return read_sql_files(sql_folder() / "examples")


def run_queries(warehouse: Path, files: Iterable[SqlFile]) -> Iterator[tuple[SqlFile, pa.Table]]:
    """Give every file with its rows from a warehouse's database.

    Raises:
        duckdb.Error: There is no database, or a query is wrong.
    """
    with local_copy(database_path(warehouse)) as path, duckdb.connect(path, read_only=True) as connection:
        for file in files:
            yield file, connection.execute(file.query).fetch_arrow_table()
