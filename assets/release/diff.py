"""Differences between two releases: rows by key, columns, views and macros; and the changelog entry.

Two databases are compared value by value, so a library that writes other bytes causes no difference. A
difference only in ``PROVENANCE_COLUMNS`` is reported but is no reason for a release.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from assets.database.comparison import columns_of, definitions_of, rows_equal
from assets.database.connection import connect
from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.schema.tables import TABLES, Table

#: Columns that describe how a row was obtained: they change without a change of the report.
PROVENANCE_COLUMNS = frozenset({"extractor_version", "last_seen"})
#: The number of new reports, and of changed judgements, in a changelog entry; ``changes.json`` has all.
MAX_LISTED = 200

Changes = dict[str, Any]


def compare(new: Path, old: Path | None) -> Changes:
    """Compare two databases.

    Returns:
        ``tables``: for each table its ``key`` columns; the number of rows ``added``, ``changed`` and
        ``removed``; ``columns_added`` and ``columns_removed``; ``added_keys`` and ``removed_keys`` (lists of
        key values) and ``changed_keys`` (``key`` and the ``columns`` that differ). If the old database has no
        such table, or there is no old database, all rows are added and ``added_keys`` is null.
        ``definitions``: the names of views and macros ``added``, ``changed`` and ``removed``.
    """
    with connect() as connection:
        connection.execute(f"ATTACH {quote_literal(new)} AS new (READ_ONLY)")
        if old:
            connection.execute(f"ATTACH {quote_literal(old)} AS old (READ_ONLY)")
        new_columns, old_columns = (columns_of(connection, database) for database in ("new", "old"))
        tables = {
            table.name: _table_changes(
                connection, table, [*new_columns.get(table.name, ())], [*old_columns.get(table.name, ())]
            )
            for table in TABLES.values()
        }
        return {"tables": tables, "definitions": _definition_changes(connection)}


def has_changes(changes: Changes) -> bool:
    """Return whether the changes are a reason for a release."""
    return any(changes["definitions"].values()) or any(
        table["added"]
        or table["removed"]
        or table["columns_added"]
        or table["columns_removed"]
        or any(set(row["columns"]) - PROVENANCE_COLUMNS for row in table["changed_keys"])
        for table in changes["tables"].values()
    )


def changelog_entry(version: str, changes: Changes, new: duckdb.DuckDBPyConnection) -> str:
    """Return the changelog section of a release, as Markdown; ``new`` is the release's database."""
    lines = [*_summary(changes), *_details(new, changes)]
    return "\n".join([f"## {version}", "", *lines]).rstrip() + "\n"


def _table_changes(
    connection: duckdb.DuckDBPyConnection, table: Table, new_columns: list[str], old_columns: list[str]
) -> Changes:
    summary: Changes = {
        "key": list(table.key),
        "added": 0,
        "changed": 0,
        "removed": 0,
        "columns_added": [column for column in new_columns if old_columns and column not in old_columns],
        "columns_removed": [column for column in old_columns if column not in new_columns],
    }
    if not set(table.key) <= set(old_columns):
        row = connection.execute(f"SELECT count(*) FROM new.{quote_identifier(table.name)}").fetchone()  # noqa: S608
        return summary | {
            "added": row[0] if row else 0,
            "added_keys": None,
            "changed_keys": [],
            "removed_keys": [],
        }
    keys_by_kind: dict[str, list[Any]] = {"added": [], "changed": [], "removed": []}
    shared = [column for column in new_columns if column in old_columns and column not in table.key]
    name = quote_identifier(table.name)
    both = [
        f"SELECT {quote_identifiers([*table.key, *shared])} FROM {database}.{name}"  # noqa: S608
        for database in ("new", "old")
    ]
    if not rows_equal(connection, *both):
        for kind, columns, *key in connection.execute(_comparison_query(table, shared)).fetchall():
            values = list(map(_to_json_value, key))
            keys_by_kind[kind].append({"key": values, "columns": columns} if kind == "changed" else values)
    return (
        summary
        | {kind: len(keys) for kind, keys in keys_by_kind.items()}
        | {f"{kind}_keys": keys for kind, keys in keys_by_kind.items()}
    )


def _comparison_query(table: Table, shared: list[str]) -> str:
    """Return the query for each differing row: the kind of change, the columns that differ, and the key.

    All rows are joined by their keys and hashes only, and the columns compared of those whose hashes differ.
    """
    name, key = quote_identifier(table.name), quote_identifiers(table.key)
    hashed = f"hash({quote_identifiers(shared)})" if shared else "0"
    new, old = (
        f"(SELECT {key}, {hashed} AS row_hash FROM {database}.{name})"  # noqa: S608
        for database in ("new", "old")
    )
    differing = ", ".join(
        f"CASE WHEN new.{quote_identifier(column)} IS DISTINCT FROM old.{quote_identifier(column)}"
        f" THEN {quote_literal(column)} END"
        for column in shared
    )
    return f"""
        WITH differing AS (
            SELECT
                {key},
                CASE WHEN old.row_hash IS NULL THEN 'added' WHEN new.row_hash IS NULL THEN 'removed'
                    ELSE 'changed' END AS kind
            FROM {new} AS new FULL JOIN {old} AS old USING ({key})
            WHERE new.row_hash IS DISTINCT FROM old.row_hash
        )
        SELECT
            differing.kind,
            CASE differing.kind
                WHEN 'changed' THEN list_filter([NULL, {differing}], lambda name: name IS NOT NULL) ELSE []
            END AS changed_columns,
            {key}
        FROM differing
        LEFT JOIN new.{name} AS new USING ({key})
        LEFT JOIN old.{name} AS old USING ({key})
        WHERE differing.kind <> 'changed' OR len(changed_columns) > 0
        ORDER BY {key}
    """  # noqa: S608


def _definition_changes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    new, old = (definitions_of(connection, database) for database in ("new", "old"))
    return {
        "added": sorted(new.keys() - old.keys()),
        "changed": sorted(name for name in new.keys() & old.keys() if new[name] != old[name]),
        "removed": sorted(old.keys() - new.keys()),
    }


def _to_json_value(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)


def _summary(changes: Changes) -> Iterator[str]:
    yield from ("| table | added | changed | removed | columns that changed |", "|---|--:|--:|--:|---|")
    for name, table in changes["tables"].items():
        columns = Counter(column for row in table["changed_keys"] for column in row["columns"])
        counts = ", ".join(f"{column} ({count})" for column, count in sorted(columns.items()))
        if table["added"] or table["changed"] or table["removed"]:
            yield f"| {name} | {table['added']} | {table['changed']} | {table['removed']} | {counts} |"
        for kind in ("columns_added", "columns_removed"):
            if table[kind]:
                yield f"| {name} | | | | {kind.replace('_', ' ')}: {', '.join(table[kind])} |"
    yield ""
    for kind, names in changes["definitions"].items():
        if names:
            yield f"Views and macros {kind}: {', '.join(names)}"
            yield ""


def _details(connection: duckdb.DuckDBPyConnection, changes: Changes) -> Iterator[str]:
    """Yield the lists of new reports and of judgements whose grade or status changed."""
    reports = changes["tables"]["publications"]["added_keys"]
    if reports is None:
        yield "The first release: all rows are new."
        return
    yield from _bullet_list(
        "New reports",
        connection,
        "SELECT authorities.name || ': ' || title || coalesce(', published ' || published, '')"
        " || ' (' || report_id || ')' FROM publications JOIN authorities USING (urn)"
        " WHERE report_id = ANY(?) ORDER BY published, report_id",
        [report_id for (report_id,) in reports],
    )
    judgements = changes["tables"]["judgements"]["changed_keys"]
    yield from _bullet_list(
        "Corrected judgements",
        connection,
        "SELECT authorities.name || ', ' || area || ': now ' || coalesce(grade, status)"
        " || ' (' || report_id || ')' FROM judgements JOIN authorities USING (urn)"
        " WHERE report_id || ' ' || area = ANY(?) ORDER BY report_id, area",
        [" ".join(row["key"]) for row in judgements if {"grade", "status"} & set(row["columns"])],
    )


def _bullet_list(
    title: str, connection: duckdb.DuckDBPyConnection, query: str, keys: list[str]
) -> Iterator[str]:
    if not keys:
        return
    yield from (f"### {title}", "")
    lines = [line for (line,) in connection.execute(query, [keys]).fetchall()]
    yield from (f"- {_escape_markdown(line)}" for line in lines[:MAX_LISTED])
    if len(lines) > MAX_LISTED:
        yield f"- and {len(lines) - MAX_LISTED} more: see changes.json"
    yield ""


def _escape_markdown(line: str) -> str:
    """Return a text in which no character is interpreted as Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#|" else letter for letter in line)
