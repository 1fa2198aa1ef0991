"""The release as the website reads it: the results of ``sql/website`` as plain rows, and its history.

A row is a dict by column name. Each query runs once per release. Small results are held and grouped by report
or authority, so that pages only look them up; those that grow with the texts are read as a stream, in their
order, so that memory does not grow with them. Nothing here depends on HTML.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from assets.database.connection import connect
from assets.database.quoting import quote_identifier, quote_literal
from assets.database.sql_files import read_sql_files, sql_folder
from assets.reference.aliases import read_aliases
from assets.release.formats.duckdb import DATABASE
from assets.release.manifest import INDEX, read_index, read_pruned
from assets.release.validation import read_about

#: A type of keys by which rows are grouped and ordered.
_Key = TypeVar("_Key", str, int)

Row = dict[str, Any]
Rows = list[Row]

#: Queries with a row per text or word, whose results are too large to hold while pages are written.
_STREAMED_QUERIES = frozenset({"findings", "indicator_series", "theme_reports", "theme_sentences"})
#: So are those of the search index, which begin with this.
_SEARCH_PREFIX = "search_"
#: Views that several queries use. They are evaluated once, into temporary tables of the same names:
#: a query that contains them several times would exceed the memory limit. A view follows those that it uses.
_SHARED_VIEWS = (
    "judgement_periods",
    "judgement_history",
    "judgement_changes",
    "latest_judgements",
    "time_since_inspection",
)
#: Rows of a stream that are read at once.
_BATCH_ROWS = 2000


@dataclass(frozen=True)
class SiteData:
    """Everything that pages show of a release.

    Attributes:
        release: Folder of the release.
        about: The row of the view ``about``.
        manifest: The release's manifest.
        versions: This release and the ones before it, newest first.
        results: The rows of each query of ``sql/website`` that is not streamed, by the query's name.
    """

    release: Path
    about: Mapping[str, Any]
    manifest: Mapping[str, Any]
    versions: Rows
    results: Mapping[str, Rows]

    @cached_property
    def authorities(self) -> Mapping[int, Row]:
        """Current and former authorities by URN, in the order of their names."""
        return {row["urn"]: row for row in self.results["authorities"]}

    @cached_property
    def current_authorities(self) -> Mapping[int, Row]:
        """Current authorities by URN, each with the judgements of its latest full inspection."""
        return {row["urn"]: row for row in self.results["current_authorities"]}

    @cached_property
    def names(self) -> Mapping[int, Sequence[str]]:
        """The names of each authority by URN: the one that is displayed, then those that people use."""
        aliases = read_aliases()
        return {urn: (row["name"], *aliases.get(urn, ())) for urn, row in self.authorities.items()}

    @cached_property
    def search_names(self) -> Mapping[int, Sequence[str]]:
        """All names of each authority in lower case, by URN: as listed, in full, and as people say them."""
        return {
            urn: [text.lower() for text in (name, self.authorities[urn]["official_name"], *others)]
            for urn, (name, *others) in self.names.items()
        }

    @cached_property
    def reports(self) -> Mapping[str, Row]:
        """Listed reports by report ID, newest first."""
        return {row["report_id"]: row for row in self.results["reports"]}

    def stream_groups(self, query: str, column: str) -> Iterator[tuple[Any, Rows]]:
        """Yield the rows of a streamed query by a column that its rows are ordered by, in this order."""
        for value, rows in groupby(stream_rows(self.release, query), key=itemgetter(column)):
            yield value, list(rows)

    def grouped(self, query: str, column: str) -> Mapping[Any, Rows]:
        """Return the rows of a query by the values of a column."""
        groups: dict[Any, Rows] = defaultdict(list)
        for row in self.results[query]:
            groups[row[column]].append(row)
        return groups


def read_release(release: Path) -> SiteData:
    """Return what the website shows of the release in a folder."""
    manifest = read_index(release)
    with connect(release / DATABASE, read_only=True) as connection:
        about = read_about(connection)
        for view in _SHARED_VIEWS:
            connection.execute(f"CREATE TEMP TABLE {view} AS SELECT * FROM {view}")  # noqa: S608
        results = {
            name: _rows(connection, query)
            for name, query in _queries(sql_folder() / "website").items()
            if name not in _STREAMED_QUERIES and not name.startswith(_SEARCH_PREFIX)
        }
    return SiteData(release, about, manifest, _versions(release), results)


@cache
def _queries(folder: Path) -> Mapping[str, str]:
    """Return the queries of a folder by name; a build asks for them once per theme."""
    return {file.name: file.query for file in read_sql_files(folder)}


def stream_rows(release: Path, name: str) -> Iterator[Row]:
    """Yield the rows of one query of ``sql/website``, a batch at a time."""
    with connect(release / DATABASE, read_only=True) as connection:
        yield from _stream(connection, _queries(sql_folder() / "website")[name])


def rows_by_value(
    release: Path, name: str, variable: str, values: Iterable[str]
) -> Iterator[tuple[str, Rows]]:
    """Yield each value of the variable of a query of ``sql/website`` with the query's rows for it.

    All values are queried on one connection: to open the database costs as much as to read one theme.
    """
    with connect(release / DATABASE, read_only=True) as connection:
        for value in values:
            connection.execute(f"SET VARIABLE {quote_identifier(variable)} = {quote_literal(value)}")
            yield value, _rows(connection, _queries(sql_folder() / "website")[name])


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    return list(_stream(connection, query))


def _stream(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    result = connection.execute(query)
    columns = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(_BATCH_ROWS):
        for row in rows:
            yield dict(zip(columns, row, strict=True))


def aligned(keys: Iterable[_Key], groups: Iterable[tuple[_Key, Rows]]) -> Iterator[tuple[_Key, Rows]]:
    """Yield each key with the rows of its group; without a group, with none. Both are in ascending order."""
    remaining = iter(groups)
    group = next(remaining, None)
    for key in keys:
        while group is not None and group[0] < key:
            group = next(remaining, None)
        yield key, group[1] if group is not None and group[0] == key else []


def _versions(release: Path) -> Rows:
    """Return this release and the releases before it, each with its changes, newest first."""
    versions: Rows = []
    version: str | None = release.name
    while version and (release.parent / version / INDEX).is_file():
        folder = release.parent / version
        manifest, pruned = read_index(folder), read_pruned(folder)
        changes = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
        versions.append(
            {
                "version": version,
                "day": manifest["day"],
                "previous": manifest["previous"],
                "changes": changes["tables"],
                "files": {file["path"]: file["bytes"] for file in pruned.available(manifest["files"])},
                "replaced_by": pruned.replaced_by if pruned.removed else None,
            }
        )
        version = manifest["previous"]
    return versions
