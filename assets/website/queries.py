"""What the pages are about: the release's answers to the questions of ``sql/website``, as plain rows.

Nothing here knows of HTML. A row is a mapping by column name; rows are grouped by report or authority once,
so that pages only look them up.
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
from assets.release.releases import DATABASE, INDEX, facts_of

Row = dict[str, Any]
Rows = list[Row]

#: Questions whose answers are too large to keep in memory with the rest; the search asks them itself.
_OF_THE_SEARCH = frozenset({"texts", "postings"})


@dataclass(frozen=True)
class SiteData:
    """A release as its pages need it: what it says of itself, its papers, and the answers by question."""

    facts: Mapping[str, Any]
    index: Mapping[str, Any]
    versions: Rows
    answers: Mapping[str, Rows]

    @cached_property
    def authorities(self) -> Mapping[int, Row]:
        """Authorities by URN, in the order of their names."""
        return {row["urn"]: row for row in self.answers["authorities"]}

    @cached_property
    def standing(self) -> Mapping[int, Row]:
        """How each authority of today stands, by URN."""
        return {row["urn"]: row for row in self.answers["standing"]}

    @cached_property
    def reports(self) -> Mapping[str, Row]:
        """Publications by report number, the newest first."""
        return {row["report_id"]: row for row in self.answers["reports"]}

    def by(self, question: str, key: str) -> Mapping[Any, Rows]:
        """Return the answer to a question, grouped by a column."""
        found: dict[Any, Rows] = defaultdict(list)
        for row in self.answers[question]:
            found[row[key]].append(row)
        return found


def read_release(release: Path) -> SiteData:
    """Read a release's folder."""
    index = json.loads((release / INDEX).read_text(encoding="utf-8"))
    with duckdb.connect(release / DATABASE, read_only=True) as connection:
        facts = facts_of(connection)
        questions = read_sql_files(sql_folder() / "website")
        answers = {
            question.name: rows_of(connection, question.query)
            for question in questions
            if question.name not in _OF_THE_SEARCH
        }
    return SiteData(facts, index, _versions(release), answers)


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    """Ask a question; return the rows of the answer."""
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def query_release(release: Path, question: str) -> Rows:
    """Ask a release one of the questions of ``sql/website``."""
    queries = {file.name: file.query for file in read_sql_files(sql_folder() / "website")}
    with duckdb.connect(release / DATABASE, read_only=True) as connection:
        return rows_of(connection, queries[question])


def _versions(release: Path) -> Rows:
    """Return this release and those before it, each with what it changed, the newest first."""
    found: Rows = []
    version: str | None = release.name
    while version and (release.parent / version / INDEX).is_file():
        folder = release.parent / version
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        changes = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
        found.append(
            {
                "version": version,
                "day": index["day"],
                "previous": index["previous"],
                "changes": changes["tables"],
            }
        )
        version = index["previous"]
    return found
