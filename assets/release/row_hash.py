"""The hash of a table's rows: equal for equal rows, on every machine and with every version of DuckDB.

The bytes of a DuckDB file depend on the number of threads and on the contents of unused blocks, so two
builds of the same data are compared by these hashes.

The canonical form of a table is UTF-8 text with one JSON array per line: first the column names, then the
rows in ascending order of the key. Arrays contain no spaces; text is not escaped beyond what JSON requires;
numbers have the shortest form that restores the value; dates and times are ISO 8601 strings, times with
microseconds; a struct is an object. The hash is the SHA-256 of that text.
"""

from __future__ import annotations  # pa.Field takes its type argument in annotations only

import hashlib
import json
from typing import Any

import duckdb
import pyarrow as pa

from assets.database.ordered_rows import ordered_queries
from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.base import TIMESTAMP_FORMAT
from assets.schema.tables import Table

_BATCH_ROWS = 16_384  # rows


def hash_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return the SHA-256 of a table's rows in their canonical form, in hexadecimal.

    DuckDB writes the lines, because Python takes three times as long.

    Raises:
        duckdb.Error: The table or a column is missing.
    """
    names = json.dumps(table.schema.names, separators=(",", ":"))
    digest = hashlib.sha256(f"{names}\n".encode())
    values = ", ".join(map(_canonical_value, table.schema))
    for query in ordered_queries(connection, table, columns=f"CAST(json_array({values}) AS VARCHAR) AS line"):
        for batch in connection.execute(query).fetch_record_batch(_BATCH_ROWS):
            digest.update("".join(f"{line}\n" for line in batch.column(0).to_pylist()).encode())
    return digest.hexdigest()


def _canonical_value(field: pa.Field[Any]) -> str:
    name = quote_identifier(field.name)
    return (
        f"strftime({name}, {quote_literal(TIMESTAMP_FORMAT)})" if pa.types.is_timestamp(field.type) else name
    )
