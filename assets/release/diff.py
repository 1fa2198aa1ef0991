"""What changed from one release to the next: rows by key, columns, views; and the log that tells people.

Two databases are compared value by value, so that a library that writes other bytes makes no change. What
tells of the making alone (``MADE_BY``) is a change, but no news: for its sake nothing is released.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.schema.tables import TABLES, Table

#: Columns that another reader of the same files would fill otherwise.
PROVENANCE_COLUMNS = frozenset({"extractor_version", "last_seen"})
#: So many new reports, and judgements that changed, does the log name; ``changes.json`` has them all.
MAX_LISTED = 200

Changes = dict[str, Any]


def compare(new: Path, old: Path | None) -> Changes:
    """Compare two databases.

    Returns ``tables``: for each its ``key`` columns; how many rows were ``added``, ``changed`` and
    ``removed``; ``columns_added`` and ``columns_removed``; ``added_keys`` and ``removed_keys`` (lists of
    values), ``changed_keys`` (``key`` and the ``columns`` that differ). A table that the old database has
    not, all of them if there is none, is new as a whole: its ``added_keys`` are null. And ``definitions``:
    what was ``added``, ``changed`` and ``removed`` of the views and macros, by name.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH {quote_literal(new)} AS new (READ_ONLY)")
        if old:
            connection.execute(f"ATTACH {quote_literal(old)} AS old (READ_ONLY)")
        tables = {declared.name: _table_changes(connection, declared) for declared in TABLES.values()}
        return {"tables": tables, "definitions": _definition_changes(connection)}


def has_changes(changes: Changes) -> bool:
    """Tell whether anything changed that is worth a release."""
    return any(changes["definitions"].values()) or any(
        table["added"]
        or table["removed"]
        or table["columns_added"]
        or table["columns_removed"]
        or any(set(row["columns"]) - PROVENANCE_COLUMNS for row in table["changed_keys"])
        for table in changes["tables"].values()
    )


def changelog_entry(version: str, changes: Changes, new: duckdb.DuckDBPyConnection) -> str:
    """Return what a person wants to know of a release, as a section of Markdown; ``new`` is its database."""
    lines = [*_counted(changes), *_named(new, changes)]
    return "\n".join([f"## {version}", "", *lines]).rstrip() + "\n"


def _table_changes(connection: duckdb.DuckDBPyConnection, declared: Table) -> Changes:
    now = _columns(connection, "new", declared.name)
    before = _columns(connection, "old", declared.name)
    told: Changes = {
        "key": list(declared.key),
        "added": 0,
        "changed": 0,
        "removed": 0,
        "columns_added": [column for column in now if before and column not in before],
        "columns_removed": [column for column in before if column not in now],
    }
    if not set(declared.key) <= set(before):
        counted = connection.execute(f"SELECT count(*) FROM new.{quote_identifier(declared.name)}").fetchone()  # noqa: S608
        return told | {
            "added": counted[0] if counted else 0,
            "added_keys": None,
            "changed_keys": [],
            "removed_keys": [],
        }
    kinds: dict[str, list[Any]] = {"added": [], "changed": [], "removed": []}
    shared = [column for column in now if column in before and column not in declared.key]
    for kind, columns, *key in connection.execute(_comparison(declared, shared)).fetchall():
        own = list(map(_to_json_value, key))
        kinds[kind].append({"key": own, "columns": columns} if kind == "changed" else own)
    return (
        told | {key: len(rows) for key, rows in kinds.items()} | {f"{key}_keys": kinds[key] for key in kinds}
    )


def _comparison(declared: Table, shared: list[str]) -> str:
    """Return the query for every row that differs: how, in which columns, and its key."""
    first = quote_identifier(declared.key[0])
    differing = ", ".join(
        f"CASE WHEN new.{quote_identifier(column)} IS DISTINCT FROM old.{quote_identifier(column)} THEN {quote_literal(column)} END"
        for column in shared
    )
    table = quote_identifier(declared.name)
    return f"""
        SELECT kind, columns, {quote_identifiers(declared.key)} FROM (
            SELECT
                CASE WHEN old.{first} IS NULL THEN 'added' WHEN new.{first} IS NULL THEN 'removed'
                    ELSE 'changed' END AS kind,
                list_filter([NULL, {differing}], lambda each: each IS NOT NULL) AS columns,
                {quote_identifiers(declared.key)}
            FROM new.{table} AS new FULL JOIN old.{table} AS old USING ({quote_identifiers(declared.key)})
        ) WHERE kind <> 'changed' OR len(columns) > 0 ORDER BY {quote_identifiers(declared.key)}
    """  # noqa: S608


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ?"
        " ORDER BY column_index",
        [database, table],
    )
    return [column for (column,) in found.fetchall()]


def _definition_changes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    now, before = (_definitions(connection, database) for database in ("new", "old"))
    return {
        "added": sorted(now.keys() - before.keys()),
        "changed": sorted(key for key in now.keys() & before.keys() if now[key] != before[key]),
        "removed": sorted(before.keys() - now.keys()),
    }


def _definitions(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[Any, ...]]:
    """Return what each view and macro of a database is, and says of itself, by name."""
    found = connection.execute(
        "SELECT view_name, sql, comment FROM duckdb_views() WHERE database_name = $1 AND NOT internal"
        " UNION ALL SELECT function_name, parameters::VARCHAR || macro_definition, comment"
        " FROM duckdb_functions() WHERE database_name = $1 AND macro_definition IS NOT NULL AND NOT internal",
        [database],
    )
    return {which: tuple(rest) for which, *rest in found.fetchall()}


def _to_json_value(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)


def _counted(changes: Changes) -> Iterator[str]:
    yield from ("| table | added | changed | removed | columns that changed |", "|---|--:|--:|--:|---|")
    for table, told in changes["tables"].items():
        columns = Counter(column for row in told["changed_keys"] for column in row["columns"])
        which = ", ".join(f"{column} ({count})" for column, count in sorted(columns.items()))
        if told["added"] or told["changed"] or told["removed"]:
            yield f"| {table} | {told['added']} | {told['changed']} | {told['removed']} | {which} |"
        for kind in ("columns_added", "columns_removed"):
            if told[kind]:
                yield f"| {table} | | | | {kind.replace('_', ' ')}: {', '.join(told[kind])} |"
    yield ""
    for kind, listed in changes["definitions"].items():
        if listed:
            yield f"Views and macros {kind}: {', '.join(listed)}"
            yield ""


def _named(connection: duckdb.DuckDBPyConnection, changes: Changes) -> Iterator[str]:
    """Name the reports that are new, and the judgements that are not what they were."""
    reports = changes["tables"]["publications"]["added_keys"]
    if reports is None:
        yield "The first release: everything is new."
        return
    yield from _list(
        "New reports",
        connection,
        "SELECT authorities.name || ': ' || title || coalesce(', published ' || published, '')"
        " || ' (' || report_id || ')' FROM publications JOIN authorities USING (urn)"
        " WHERE report_id = ANY(?) ORDER BY published, report_id",
        [report_id for (report_id,) in reports],
    )
    judgements = changes["tables"]["judgements"]["changed_keys"]
    yield from _list(
        "Judgements that were corrected",
        connection,
        "SELECT authorities.name || ', ' || area || ': now ' || coalesce(grade, status)"
        " || ' (' || report_id || ')' FROM judgements JOIN authorities USING (urn)"
        " WHERE report_id || ' ' || area = ANY(?) ORDER BY report_id, area",
        [" ".join(row["key"]) for row in judgements if {"grade", "status"} & set(row["columns"])],
    )


def _list(title: str, connection: duckdb.DuckDBPyConnection, query: str, keys: list[str]) -> Iterator[str]:
    if not keys:
        return
    yield from (f"### {title}", "")
    told = [line for (line,) in connection.execute(query, [keys]).fetchall()]
    yield from (f"- {_escaped(line)}" for line in told[:MAX_LISTED])
    if len(told) > MAX_LISTED:
        yield f"- and {len(told) - MAX_LISTED} more: see changes.json"
    yield ""


def _escaped(line: str) -> str:
    """Return words from outside as words in Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#|" else letter for letter in line)
