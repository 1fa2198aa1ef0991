"""Compares databases: rows of two queries, whatever their order and number, and definitions of objects."""

import re
from typing import NamedTuple

import duckdb

#: A list of columns that DuckDB holds as a set, whose order is another after the database was opened again.
_EXCLUDE = re.compile(r"EXCLUDE \(([^()]*)\)")


class Definition(NamedTuple):
    """The SQL of a view or macro, and its comment."""

    sql: str
    comment: str | None


def rows_equal(connection: duckdb.DuckDBPyConnection, first: str, second: str) -> bool:
    """Return whether two queries return the same rows, by the number and the hashes of the rows.

    Takes no memory, however many rows there are.

    Raises:
        duckdb.Error: A query fails.
    """
    return _checksum(connection, first) == _checksum(connection, second)


def count_differences(connection: duckdb.DuckDBPyConnection, first: str, second: str) -> tuple[int, int]:
    """Return how many rows only the first and how many only the second query returns.

    A row counts as often as it occurs. The rows are compared in memory only if they are not equal.

    Raises:
        duckdb.Error: A query fails.
    """
    if rows_equal(connection, first, second):
        return 0, 0
    surplus, missing = (
        connection.execute(f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other}))").fetchall()[0][0]  # noqa: S608
        for one, other in ((first, second), (second, first))
    )
    return surplus, missing


def definitions_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Definition]:
    """Return the definition of each view and macro of an attached database, by name.

    The SQL is in one form, whether the database was just written or opened again.
    """
    rows = connection.execute(
        "SELECT view_name, sql, comment FROM duckdb_views() WHERE database_name = $1 AND NOT internal"
        " UNION ALL SELECT function_name, parameters::VARCHAR || macro_definition, comment"
        " FROM duckdb_functions() WHERE database_name = $1 AND macro_definition IS NOT NULL AND NOT internal",
        [database],
    )
    return {name: Definition(_canonical(sql), comment) for name, sql, comment in rows.fetchall()}


def _canonical(sql: str) -> str:
    """Return a definition in the form that it has before and after its database was opened again."""
    sorted_names = _EXCLUDE.sub(lambda match: f"EXCLUDE ({', '.join(sorted(match[1].split(', ')))})", sql)
    return sorted_names.replace(" CROSS JOIN ", " , ")


def columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """Return the columns of each table and view of an attached database, by its name: their types by name."""
    rows = connection.execute(
        "SELECT table_name, list(column_name ORDER BY column_index), list(data_type ORDER BY column_index)"
        " FROM duckdb_columns() WHERE database_name = ? GROUP BY table_name",
        [database],
    )
    return {name: dict(zip(columns, types, strict=True)) for name, columns, types in rows.fetchall()}


def _checksum(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...] | None:
    """Return the number of rows and the sum of their 64-bit hashes, which does not depend on their order."""
    return connection.execute(
        f"SELECT count(*), sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) FROM ({query})"  # noqa: S608
    ).fetchone()
