"""Keys and references of the database, checked when it is built.

They are not declared to DuckDB, which stores an index for each primary and foreign key. A published file is
only read: the indexes would take a quarter of it, and DuckDB 1.0 could not read those of newer versions. The
comment of each table names its key and its references.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers
from assets.schema.tables import Reference, Table


def constraint_violations(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[str]:
    """Yield a sentence for the key and each reference that rows violate, with the first such row.

    The table and the tables that it references must be filled.
    """
    yield from _duplicate_keys(connection, table)
    for reference in table.references:
        yield from _dangling_references(connection, table, reference)


def describe_constraints(table: Table) -> str:
    """Return the key and the references of a table, as sentences."""
    references = [
        f"{', '.join(reference.columns)} in {reference.table} ({', '.join(reference.key)})"
        for reference in table.references
    ]
    key = f"Key: {', '.join(table.key)}"
    return f"{key}. References: {'; '.join(references)}" if references else key


def _duplicate_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[str]:
    key = quote_identifiers(table.key)
    row = connection.execute(
        f"SELECT {key} FROM {quote_identifier(table.name)} GROUP BY {key} HAVING count(*) > 1"  # noqa: S608
        f" ORDER BY {key} LIMIT 1"
    ).fetchone()
    if row:
        yield f"duplicate key ({', '.join(table.key)}) = ({', '.join(map(str, row))})"


def _dangling_references(
    connection: duckdb.DuckDBPyConnection, table: Table, reference: Reference
) -> Iterator[str]:
    columns = quote_identifiers(reference.columns)
    # As in SQL's MATCH SIMPLE, a reference with a null refers to nothing.
    filled = " AND ".join(f"referring.{quote_identifier(column)} IS NOT NULL" for column in reference.columns)
    equal = " AND ".join(
        f"referring.{quote_identifier(column)} = referred.{quote_identifier(key)}"
        for column, key in zip(reference.columns, reference.key, strict=True)
    )
    row = connection.execute(
        f"SELECT {columns} FROM {quote_identifier(table.name)} AS referring"  # noqa: S608
        f" ANTI JOIN {quote_identifier(reference.table)} AS referred ON {equal}"
        f" WHERE {filled} ORDER BY {columns} LIMIT 1"
    ).fetchone()
    if row:
        yield (
            f"foreign key ({', '.join(reference.columns)}) = ({', '.join(map(str, row))})"
            f" is not in {reference.table}"
        )
