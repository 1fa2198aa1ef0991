"""Reads the rows of a table in the order of its key with little memory, however many rows there are.

DuckDB needs several times the memory of wide rows to sort them. Here only the keys are sorted together; the
rows are sorted in ranges of the key. Queries that need no order do not belong here.
"""

from itertools import pairwise

import duckdb
import pyarrow as pa

from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.database.stored_rows import duckdb_type
from assets.schema.tables import Table

#: Rows that are sorted together.
_RANGE_ROWS = 50_000


def ordered_queries(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    *,
    source: str | None = None,
    columns: str = "*",
    condition: str = "true",
    range_rows: int = _RANGE_ROWS,
) -> list[str]:
    """Return queries that one after the other return all rows in the order of the table's key.

    Args:
        connection: The database.
        table: The table.
        source: A view that has a row for each row of the table, if the rows are those of the view.
        columns: The columns, in SQL.
        condition: Which rows are read, in SQL.
        range_rows: The number of rows that a query returns at most.

    Returns:
        At least one query, also if there are no rows.

    Raises:
        duckdb.Error: The table or a column of its key is missing.
    """
    relation = quote_identifier(source or table.name)
    # With the relation: an expression of ``columns`` may be named as a column of the key.
    key = ", ".join(f"{relation}.{quote_identifier(column)}" for column in table.key)
    bounds = [None, *_range_starts(connection, table, condition, range_rows), None]
    selected = f"SELECT {columns} FROM {relation}"  # noqa: S608
    return [
        f"{selected} WHERE ({condition}) AND {_compared(table, '>=', start)} AND {_compared(table, '<', end)}"
        f" ORDER BY {key}"
        for start, end in pairwise(bounds)
    ]


def _range_starts(
    connection: duckdb.DuckDBPyConnection, table: Table, condition: str, range_rows: int
) -> list[tuple[object, ...]]:
    """Return the key of the first row of each range but the first."""
    if len(connection.table(table.name)) <= range_rows:
        return []
    key = quote_identifiers(table.key)
    return connection.execute(
        f"SELECT {key} FROM (SELECT {key}, row_number() OVER (ORDER BY {key}) AS number"  # noqa: S608
        f" FROM {quote_identifier(table.name)} WHERE {condition})"
        " WHERE number > 1 AND (number - 1) % $range_rows = 0 ORDER BY number",
        {"range_rows": range_rows},
    ).fetchall()


def _compared(table: Table, operator: str, bound: tuple[object, ...] | None) -> str:
    """Return the comparison of the key with a bound, column by column; true if there is none."""
    if bound is None:
        return "true"
    columns = list(map(quote_identifier, table.key))
    values = [
        _literal(value, table.schema.field(name).type) for name, value in zip(table.key, bound, strict=True)
    ]
    compared = f"{columns[-1]} {operator} {values[-1]}"
    for column, value in zip(columns[-2::-1], values[-2::-1], strict=True):
        compared = f"({column} {operator[0]} {value} OR ({column} = {value} AND {compared}))"
    # The comparison of the first column alone lets DuckDB skip blocks of rows.
    return f"{columns[0]} {operator[0]}= {values[0]} AND {compared}"


def _literal(value: object, kind: pa.DataType) -> str:
    return f"CAST({quote_literal(str(value))} AS {duckdb_type(kind)})"
