"""Keys and references of the database, checked when it is built.

They are not declared to DuckDB, which stores an index for each primary and foreign key. A published file is
only read: the indexes would take a quarter of it, and DuckDB 1.0 could not read those of newer versions. The
comment of each table names its key and its references.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers
from assets.schema.tables import Reference, Table
from assets.schema.validation import Violation


def constraint_violations(
    connection: duckdb.DuckDBPyConnection, table: Table, filled: Collection[str]
) -> Iterator[Violation]:
    """Yield a violation for the key and for each reference that rows of a table break.

    ``filled`` names the tables of the database: references to others are not checked.
    """
    yield from _duplicate_keys(connection, table)
    for reference in table.references:
        if reference.table in filled:
            yield from _dangling_references(connection, table, reference)


def describe_constraints(table: Table) -> str:
    """Return the key and the references of a table, as sentences."""
    references = [
        f"{', '.join(reference.columns)} in {reference.table} ({', '.join(reference.key)})"
        for reference in table.references
    ]
    key = f"Key: {', '.join(table.key)}"
    return f"{key}. References: {'; '.join(references)}" if references else key


def _duplicate_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Violation]:
    key = quote_identifiers(table.key)
    row = connection.execute(
        f"WITH duplicates AS (SELECT {key}, count(*) - 1 AS repetitions FROM {quote_identifier(table.name)}"  # noqa: S608
        f" GROUP BY {key} HAVING count(*) > 1)"
        f" SELECT (SELECT sum(repetitions) FROM duplicates), {key} FROM duplicates ORDER BY {key} LIMIT 1"
    ).fetchone()
    if row:
        first = _describe_key(table, row[1:])
        yield Violation("key", table.name, table.key, "the key is a duplicate", int(row[0]), key=first)


def _dangling_references(
    connection: duckdb.DuckDBPyConnection, table: Table, reference: Reference
) -> Iterator[Violation]:
    columns, key = quote_identifiers(reference.columns), quote_identifiers(table.key)
    needed = quote_identifiers(dict.fromkeys((*table.key, *reference.columns)))
    equal = " AND ".join(
        f"referring.{quote_identifier(column)} = referred.{quote_identifier(target)}"
        for column, target in zip(reference.columns, reference.key, strict=True)
    )
    # As in SQL's MATCH SIMPLE, a reference with a null refers to nothing.
    filled = " AND ".join(f"{quote_identifier(column)} IS NOT NULL" for column in reference.columns)
    row = connection.execute(
        f"WITH dangling AS (SELECT {needed} FROM {quote_identifier(table.name)} AS referring"  # noqa: S608
        f" ANTI JOIN {quote_identifier(reference.table)} AS referred ON {equal} WHERE {filled})"
        f" SELECT (SELECT count(*) FROM dangling), {key}, {columns} FROM dangling ORDER BY {key} LIMIT 1"
    ).fetchone()
    if row:
        count, *values = row
        missing = ", ".join(map(repr, values[len(table.key) :]))
        problem = f"{missing} is not in {reference.table}"
        first = _describe_key(table, values)
        yield Violation("reference", table.name, reference.columns, problem, count, key=first)


def _describe_key(table: Table, values: Iterable[object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(table.key, values, strict=False))
