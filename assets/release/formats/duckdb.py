"""DuckDB: ``inspections.duckdb``, a copy of the warehouse's database.

Two builds of the same data have the same rows in every table but not the same bytes; ``index.json`` records
a hash of each table's rows.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from assets.release.formats.base import DataFile, ReleaseContent, ReleaseFormat

DATABASE = "inspections.duckdb"


class DuckDBFormat(ReleaseFormat):
    """One database file."""

    name = "duckdb"
    media_type = "application/vnd.duckdb"
    is_derived = True
    is_reproducible = False
    paths: ClassVar[Mapping[str, str]] = {
        DATABASE: "SQL: tables with comments, views, macros; every DuckDB since 1.0 opens it"
    }

    def write(self, content: ReleaseContent) -> None:
        """Copy the file that the connection has open."""
        row = content.connection.execute(
            "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
        ).fetchone()
        if row:
            shutil.copyfile(row[0], content.folder / DATABASE)

    def files(self, folder: Path) -> Iterator[DataFile]:  # noqa: ARG002
        """Yield the database."""
        yield DataFile(DATABASE)

    def validate(self, content: ReleaseContent) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: ``release.validation`` evaluates the views and hashes the rows of the tables."""
        yield from ()
