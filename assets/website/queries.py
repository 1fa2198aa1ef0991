"""The release as the website reads it: the results of ``sql/website`` as plain rows, and its history.

A row is a dict by column name. Rows are grouped by report or authority once, so that pages only look them up.
Nothing here depends on HTML.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from assets.database.sql_files import read_sql_files, sql_folder
from assets.reference.aliases import read_aliases
from assets.release.formats.duckdb import DATABASE
from assets.release.validation import INDEX, read_about

Row = dict[str, Any]
Rows = list[Row]

#: Queries whose results are too large to hold while pages are written; ``search_index`` runs them itself.
_SEARCH_QUERIES = frozenset({"search_texts", "search_postings"})


@dataclass(frozen=True)
class SiteData:
    """Everything that pages show of a release.

    Attributes:
        about: The row of the view ``about``.
        manifest: The release's manifest.
        versions: This release and the ones before it, newest first.
        results: The rows of each query of ``sql/website``, by the query's name.
    """

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
    def search_names(self) -> Mapping[int, str]:
        """All names of each authority in lower case, by URN: as listed, in full, and as people say them."""
        aliases = read_aliases()
        return {
            urn: " | ".join([row["name"], row["official_name"], *aliases.get(urn, ())]).lower()
            for urn, row in self.authorities.items()
        }

    @cached_property
    def reports(self) -> Mapping[str, Row]:
        """Listed reports by report ID, newest first."""
        return {row["report_id"]: row for row in self.results["reports"]}

    def grouped(self, query: str, column: str) -> Mapping[Any, Rows]:
        """Return the rows of a query by the values of a column."""
        groups: dict[Any, Rows] = defaultdict(list)
        for row in self.results[query]:
            groups[row[column]].append(row)
        return groups


def read_release(release: Path) -> SiteData:
    """Return what the website shows of the release in a folder."""
    manifest = json.loads((release / INDEX).read_text(encoding="utf-8"))
    with duckdb.connect(release / DATABASE, read_only=True) as connection:
        about = read_about(connection)
        results = {
            file.name: _rows(connection, file.query)
            for file in read_sql_files(sql_folder() / "website")
            if file.name not in _SEARCH_QUERIES
        }
    return SiteData(about, manifest, _versions(release), results)


def query_release(release: Path, name: str) -> Rows:
    """Return the rows of one query of ``sql/website``."""
    queries = {file.name: file.query for file in read_sql_files(sql_folder() / "website")}
    with duckdb.connect(release / DATABASE, read_only=True) as connection:
        return _rows(connection, queries[name])


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    result = connection.execute(query)
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def _versions(release: Path) -> Rows:
    """Return this release and the releases before it, each with its changes, newest first."""
    versions: Rows = []
    version: str | None = release.name
    while version and (release.parent / version / INDEX).is_file():
        folder = release.parent / version
        manifest = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        changes = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
        versions.append(
            {
                "version": version,
                "day": manifest["day"],
                "previous": manifest["previous"],
                "changes": changes["tables"],
            }
        )
        version = manifest["previous"]
    return versions
