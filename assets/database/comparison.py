"""Compares the rows of two queries with the same columns, whatever the order and number of the rows."""

import duckdb


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


def _checksum(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...] | None:
    """Return the number of rows and the sum of their 64-bit hashes, which does not depend on their order."""
    return connection.execute(
        f"SELECT count(*), sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) FROM ({query})"  # noqa: S608
    ).fetchone()
