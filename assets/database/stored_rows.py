"""Gives SQL access to the rows of the Parquet store: a query per table, which streams its files.

The query has the declared columns and types, whichever version of the declaration wrote the files. Rows are
in the order of the years, then of the key.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.quoting import quote_identifier, quote_literal
from assets.schema.tables import Table
from assets.storage import parquet_store

_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
}


def duckdb_type(kind: pa.DataType) -> str:
    """Return the DuckDB type of a column of a declared type."""
    if pa.types.is_list(kind):
        return f"{duckdb_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        parts = ", ".join(f"{quote_identifier(part.name)} {duckdb_type(part.type)}" for part in kind)
        return f"STRUCT({parts})"
    return _TYPES[kind]


@contextmanager
def stored_rows(warehouse: Path, table: Table) -> Iterator[str]:
    """Yield a query for all stored rows of a table, which can be used during the context.

    Raises:
        ReadError: A file cannot be read, or does not fit the declaration. Errors of the query itself that are
            due to a damaged file are raised as ReadError too.
    """
    with parquet_store.local_files(warehouse, table.name) as files:
        columns = set().union(*files.values())
        selected = ", ".join(
            f"CAST({quote_identifier(field.name) if field.name in columns else 'NULL'}"
            f" AS {duckdb_type(field.type)}) AS {quote_identifier(field.name)}"
            for field in table.schema
        )
        paths = ", ".join(map(quote_literal, files))
        source = f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
        try:
            yield f"SELECT {selected} FROM {source}" if files else f"SELECT {selected} LIMIT 0"  # noqa: S608
        except duckdb.Error:
            for _ in parquet_store.read_parts(warehouse, table.name):
                pass  # raises ReadError at the damaged file
            raise
