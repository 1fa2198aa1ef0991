"""Keys and references of the database: which ones DuckDB enforces, and the checks of all others.

DuckDB stores an index for each primary and foreign key. The indexes of the largest tables take a quarter of
the file, and a published file is only read, so they are omitted. The keys and references of these tables
are checked once, when the database is built; the table comment names the key.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers
from assets.schema.tables import Reference, Table

#: Tables whose keys and references are not declared to DuckDB. In a database of 607 reports, of 70 MB with
#: all indexes, those of ``report_lines`` take 10 MB, of ``theme_matches`` 6 MB, and of ``findings`` 2 MB.
TABLES_WITHOUT_INDEXES = frozenset({"report_lines", "theme_matches", "findings", "authority_indicators"})


def has_indexes(table_name: str) -> bool:
    """Return whether the primary key of a table is declared to DuckDB."""
    return table_name not in TABLES_WITHOUT_INDEXES


def constraint_clauses(table: Table) -> list[str]:
    """Return the constraints of a table's ``CREATE TABLE`` statement."""
    if not has_indexes(table.name):
        return []
    return [
        f"PRIMARY KEY ({quote_identifiers(table.key)})",
        *(
            f"FOREIGN KEY ({quote_identifiers(reference.columns)})"
            f" REFERENCES {quote_identifier(reference.table)} ({quote_identifiers(reference.key)})"
            for reference in table.references
            if _is_enforced(table, reference)
        ),
    ]


def constraint_violations(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[str]:
    """Yield a sentence for each key or reference that rows violate and that DuckDB does not enforce.

    The table and the tables that it references must be filled.
    """
    if not has_indexes(table.name):
        yield from _duplicate_keys(connection, table)
    for reference in table.references:
        if not _is_enforced(table, reference):
            yield from _dangling_references(connection, table, reference)


def _is_enforced(table: Table, reference: Reference) -> bool:
    # DuckDB accepts a foreign key only if the referenced columns are a declared key.
    return has_indexes(table.name) and has_indexes(reference.table)


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
    filled = " AND ".join(f"{quote_identifier(column)} IS NOT NULL" for column in reference.columns)
    row = connection.execute(
        f"SELECT {columns} FROM {quote_identifier(table.name)} WHERE {filled} AND ({columns}) NOT IN"  # noqa: S608
        f" (SELECT ({quote_identifiers(reference.key)}) FROM {quote_identifier(reference.table)})"
        f" ORDER BY {columns} LIMIT 1"
    ).fetchone()
    if row:
        yield (
            f"foreign key ({', '.join(reference.columns)}) = ({', '.join(map(str, row))})"
            f" is not in {reference.table}"
        )
