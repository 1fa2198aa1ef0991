"""The interface of an output format, and the queries that several formats share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import duckdb

from assets.database.quoting import quote_identifier

#: The views that are published as files. They depend only on the tables, not on the current date.
PUBLISHED_VIEWS = (
    "latest_judgements",
    "judgement_history",
    "judgement_validity_periods",
    "authority_year_panel",
    "neighbour_comparison",
    "time_since_inspection",
    "official_comparison",
    "visits",
    "joint_inspections",
    "area_send_inspections",
)
#: Columns of the view ``about`` that describe the build. They are not written into data files, so that these
#: have the same bytes for the same data whatever software version built them.
BUILD_COLUMNS = ("software_version", "software_commit")
#: Columns of the view ``about`` that change with every release. They are not written into Parquet files, so
#: that a file whose rows have not changed has the same bytes in the next release, which then shares it.
RELEASE_COLUMNS = ("day", "published_from", "published_to")
#: How times are written as text, with microseconds.
TIMESTAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%f"


class Column(NamedTuple):
    """A column of a view: its name, its DuckDB type and its comment."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class ViewDescription:
    """The comment of a view, and its columns in their order."""

    comment: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class ReleaseContent:
    """What a release is written from and validated with.

    Attributes:
        connection: An open, read-only connection to the release's database.
        folder: The release folder.
        about: The row of the view ``about``, by column.
        unchanged: Files of the previous release that this one has with the same bytes, by path (``sharing``).
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    about: Mapping[str, Any]
    unchanged: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def views(self) -> Mapping[str, ViewDescription]:
        """The descriptions of the views by name, from one query: DuckDB binds all views for each list."""
        columns = self.connection.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns()"
            " WHERE database_name = current_database() ORDER BY table_name, column_index"
        ).fetchall()
        by_view = {
            view: tuple(Column(*column) for _, *column in rows)
            for view, rows in groupby(columns, key=itemgetter(0))
        }
        comments = self.connection.execute(
            "SELECT view_name, comment FROM duckdb_views()"
            " WHERE database_name = current_database() AND NOT internal"
        ).fetchall()
        return {view: ViewDescription(comment or "", by_view[view]) for view, comment in comments}

    @property
    def data_about(self) -> dict[str, Any]:
        """The row of ``about`` without the columns that describe the build."""
        return {name: value for name, value in self.about.items() if name not in BUILD_COLUMNS}

    @property
    def file_about(self) -> dict[str, Any]:
        """The row of ``about`` without the columns that change with every release."""
        return {name: value for name, value in self.data_about.items() if name not in RELEASE_COLUMNS}


@dataclass(frozen=True)
class DataFile:
    """A file that a format writes.

    Attributes:
        path: The path in the release folder.
        source: The table or view whose rows the file has; None if it has those of several.
        is_partition: Whether the file has only a part of the rows, and the format has another file with all.
    """

    path: str
    source: str | None = None
    is_partition: bool = False


class ReleaseFormat(ABC):
    """An output format: a set of files with the rows of tables and views.

    Attributes:
        name: A short lower-case name, unique among the formats.
        media_type: The media type of its files.
        paths: For the data dictionary, what each kind of file is for, by path pattern. The first part of a
            path belongs to one format only.
        is_derived: Whether its files can be written again from the Parquet files of the release. They are
            removed when a newer release of the same month replaces it (``pruning``).
        is_reproducible: Whether equal rows give equal bytes.
        dialect: How a delimited text file is to be parsed (a Frictionless table dialect); None for formats
            that describe their own columns.
    """

    name: ClassVar[str]
    media_type: ClassVar[str]
    paths: ClassVar[Mapping[str, str]]
    is_derived: ClassVar[bool]
    is_reproducible: ClassVar[bool] = True
    dialect: ClassVar[Mapping[str, Any] | None] = None

    @abstractmethod
    def write(self, content: ReleaseContent) -> None:
        """Write all files of this format into the release folder."""

    @abstractmethod
    def files(self, folder: Path) -> Iterator[DataFile]:
        """Yield the files of this format in a release folder that has been written."""

    @abstractmethod
    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Read the files back; yield one sentence for each difference from the rows of the database."""


def column_types(content: ReleaseContent, source: str) -> dict[str, str]:
    """Return the DuckDB type of each column of a table or view."""
    if source in content.views:
        return {column.name: column.type for column in content.views[source].columns}
    columns = content.connection.execute(f"DESCRIBE {quote_identifier(source)}").fetchall()
    return {name: column_type for name, column_type, *_ in columns}


def count_rows(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    """Return the row count of a source: a quoted identifier, or a query in parentheses."""
    row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def count_mismatch(what: str, expected: int, actual: int) -> Iterator[str]:
    """Yield a sentence if two row counts differ."""
    if expected != actual:
        yield f"{what}: {actual} rows, expected {expected}"
