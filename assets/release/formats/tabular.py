"""The tables as files: Parquet whole and by year, and CSV.

Everything is taken from one database, opened for reading, so that all files of a release tell the same. The
same database gives the same bytes.

CSV is for machines, UTF-8 without a byte order mark, as RFC 4180 has it but for lines that end in a line
feed: a null is empty, a list is JSON, a time ISO 8601 in UTC. Values stay as they are, even where a
spreadsheet would take one for a formula ('-', '=', '+', '@' at its start); people who use a spreadsheet have
the workbook, in which text is never a formula.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from assets.database.quoting import quote_identifier, quote_identifiers, quote_literal
from assets.schema.tables import TABLES, Table, field_metadata
from assets.schema.validation import cast_to_schema
from assets.storage.parquet_store import to_parquet

#: What no spreadsheet holds: it is in Parquet and DuckDB only.
NOT_IN_CSV = frozenset({"report_lines"})
#: The views that people open as a sheet; they depend on nothing but the tables, and not on the day.
SHEETS = ("latest_judgements", "judgement_history")

#: How CSV has a time.
TIMES = "%Y-%m-%dT%H:%M:%S.%f"

_CSV = f"FORMAT csv, HEADER, TIMESTAMPFORMAT {quote_literal(TIMES)}"


def write_parquet(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any], folder: Path) -> None:
    """Write ``parquet/<table>.parquet``, and ``parquet_by_year`` where a table has years.

    Each file tells what its columns mean, and whose data it is, in its metadata: to Arrow by column, to all
    others as the keys 'description', 'key', 'columns' (one line for each) and those of ``facts``.
    """
    for declared in TABLES.values():
        rows = _annotated(declared, read(connection, declared), facts)
        _write(folder / "parquet" / f"{declared.name}.parquet", to_parquet(rows))
        if not declared.by_year:
            continue
        for year in pc.unique(rows["publication_year"]).to_pylist():
            of_year = rows.filter(pc.equal(rows["publication_year"], pa.scalar(year, pa.int32())))
            partition = folder / "parquet_by_year" / declared.name / f"publication_year={year}"
            _write(partition / "part-0.parquet", to_parquet(of_year))


def write_csv(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write ``csv/<name>.csv`` of every table but the lines, and of the views that are sheets."""
    (folder / "csv").mkdir()
    for which in csv_names():
        query = csv_query(connection, which)
        connection.execute(f"COPY ({query}) TO {quote_literal(folder / 'csv' / f'{which}.csv')} ({_CSV})")


def csv_names() -> Iterator[str]:
    """Give the tables and views that are CSV files."""
    yield from (table for table in TABLES if table not in NOT_IN_CSV)
    yield from SHEETS


def read(connection: duckdb.DuckDBPyConnection, declared: Table) -> pa.Table:
    """Return a table's rows, in its declared schema and the order of its key."""
    query = f"SELECT * FROM {quote_identifier(declared.name)} ORDER BY {quote_identifiers(declared.key)}"  # noqa: S608
    return cast_to_schema(declared, connection.execute(query).fetch_arrow_table())


def csv_query(connection: duckdb.DuckDBPyConnection, which: str) -> str:
    """Return the query whose rows a CSV file has: lists as JSON, a table in the order of its key."""
    columns = ", ".join(
        f"CAST(to_json({quote_identifier(column)}) AS VARCHAR) AS {quote_identifier(column)}"
        if kind.endswith("[]")
        else quote_identifier(column)
        for column, kind in column_types(connection, which).items()
    )
    order = f" ORDER BY {quote_identifiers(TABLES[which].key)}" if which in TABLES else ""
    return f"SELECT {columns} FROM {quote_identifier(which)}{order}"  # noqa: S608


def column_types(connection: duckdb.DuckDBPyConnection, which: str) -> dict[str, str]:
    """Return the types of a table's or a view's columns, as DuckDB calls them."""
    found = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
        [which],
    )
    return dict(found.fetchall())


def count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    """Return how many rows a source has: a name as SQL takes it, or a query in brackets."""
    row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _annotated(declared: Table, rows: pa.Table, facts: Mapping[str, Any]) -> pa.Table:
    columns = "\n".join(
        f"{field.name}: {field_metadata(field)} [{field_metadata(field, 'unit')}]"
        for field in declared.schema
    )
    own = {key.decode(): value.decode() for key, value in (rows.schema.metadata or {}).items()}
    told = {key: str(value) for key, value in facts.items()}
    return rows.replace_schema_metadata({**told, **own, "columns": columns})


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
