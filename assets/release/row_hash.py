"""The hash of a table's rows: equal for equal rows, on every machine and with every version of DuckDB.

The bytes of a DuckDB file depend on the number of threads and on the contents of unused blocks, so two
builds of the same data are compared by these hashes.

The canonical form of a table is UTF-8 text with one JSON array per line: first the column names, then the
rows in ascending order of the key. Arrays contain no spaces; text is not escaped beyond what JSON requires;
numbers have the shortest form that restores the value; dates and times are ISO 8601 strings, times with
microseconds; a struct is an object. The hash is the SHA-256 of that text. The rows of one publication year
have a hash of their own, in the same form.
"""

from __future__ import annotations  # pa.Field takes its type argument in annotations only

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from assets.database.ordered_rows import ordered_queries
from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.base import TIMESTAMP_FORMAT
from assets.schema.tables import Table

_BATCH_ROWS = 16_384  # rows


@dataclass(frozen=True)
class RowHashes:
    """Hashes of a table's rows, in hexadecimal.

    Attributes:
        all: The hash of all rows.
        years: The hash of the rows of each publication year; empty if the table is not stored by year.
    """

    all: str
    years: Mapping[int, str]


def hash_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> RowHashes:
    """Return the hashes of a table's rows in their canonical form.

    DuckDB writes the lines, because Python takes three times as long.

    Raises:
        duckdb.Error: The table or a column is missing.
    """
    heading = f"{json.dumps(table.schema.names, separators=(',', ':'))}\n".encode()
    empty = hashlib.sha256(heading)
    digest, digests = empty.copy(), defaultdict[int, Any](empty.copy)
    values = ", ".join(map(_canonical_value, table.schema))
    columns = f"CAST(json_array({values}) AS VARCHAR) AS line{', publication_year' if table.by_year else ''}"
    for query in ordered_queries(connection, table, columns=columns):
        for batch in connection.execute(query).fetch_record_batch(_BATCH_ROWS):
            digest.update(_joined(batch["line"]))
            for year in pc.unique(batch["publication_year"]) if table.by_year else ():
                of_year = pc.equal(batch["publication_year"], year)
                digests[year.as_py()].update(_joined(batch["line"].filter(of_year)))
    return RowHashes(digest.hexdigest(), {year: digests[year].hexdigest() for year in sorted(digests)})


def _joined(lines: pa.Array[Any]) -> pa.Buffer:
    """Return lines as UTF-8 text, each with a line feed. Arrow joins them in one piece of memory."""
    lines = pa.concat_arrays([lines, pa.array([""], lines.type)])  # for the line feed after the last line
    whole: Any = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
    texts: Any = pc.binary_join(whole, "\n")
    joined: pa.Buffer = texts[0].as_buffer()
    return joined


def _canonical_value(field: pa.Field[Any]) -> str:
    name = quote_identifier(field.name)
    return (
        f"strftime({name}, {quote_literal(TIMESTAMP_FORMAT)})" if pa.types.is_timestamp(field.type) else name
    )
