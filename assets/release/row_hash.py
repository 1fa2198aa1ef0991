"""The hash of a table's rows: equal for equal rows, on every machine and with every version of DuckDB.

The bytes of a DuckDB file depend on the number of threads and on the contents of unused blocks, so two
builds of the same data are compared by these hashes.

The canonical form of a table is UTF-8 text with one JSON array per line: first the column names, then the
rows in ascending order of the key. Arrays contain no spaces; text is not escaped beyond what JSON requires;
numbers have the shortest form that restores the value; dates and times are ISO 8601 strings; a struct is an
object. The hash is the SHA-256 of that text.
"""

import hashlib
import json
from datetime import date, datetime

import duckdb

from assets.database.ordered_rows import ordered_queries
from assets.database.quoting import quote_identifiers
from assets.schema.tables import Table

_BATCH_ROWS = 16_384  # rows


def hash_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return the SHA-256 of a table's rows in their canonical form, in hexadecimal.

    Raises:
        duckdb.Error: The table or a column is missing.
    """
    digest = hashlib.sha256(_canonical_line(table.schema.names))
    columns = quote_identifiers(table.schema.names)
    for query in ordered_queries(connection, table, columns=columns):
        for batch in connection.execute(query).fetch_record_batch(_BATCH_ROWS):
            values = (column.to_pylist() for column in batch.columns)
            digest.update(b"".join(map(_canonical_line, zip(*values, strict=True))))
    return digest.hexdigest()


def _canonical_line(values: object) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_iso_date)
    return f"{text}\n".encode()


def _iso_date(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
