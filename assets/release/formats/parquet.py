"""Parquet: each table and published view as one file, and tables of reports also as one per publication year.

The metadata of every file describes its columns and the dataset: for Arrow per column, for other readers in
the keys ``description``, ``key`` and ``columns`` (one line per column) and those of the view ``about``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from assets.database.comparison import count_differences
from assets.database.ordered_rows import ordered_queries
from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.base import (
    PUBLISHED_VIEWS,
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    count_mismatch,
    count_rows,
)
from assets.schema.tables import TABLES, Table, field_metadata
from assets.storage.filesystem import hard_link
from assets.storage.parquet_store import write_parquet

TABLE_FOLDER = "parquet"
YEAR_FOLDER = "parquet_by_year"
BATCH_ROWS = 16_384  # rows


class ParquetFormat(ReleaseFormat):
    """``parquet/<table>.parquet`` and ``parquet_by_year/<table>/publication_year=<year>/part-0.parquet``."""

    name = "parquet"
    media_type = "application/vnd.apache.parquet"
    is_derived = False
    paths: ClassVar[Mapping[str, str]] = {
        f"{TABLE_FOLDER}/<name>.parquet": "one file per table, and per view that is published as CSV;"
        " can be read over HTTP, whole or by column",
        f"{YEAR_FOLDER}/<table>/publication_year=<year>/": "the same rows, one file per publication year",
    }

    def write(self, content: ReleaseContent) -> None:
        """Write the files of all tables."""
        for table in TABLES.values():
            schema = _with_metadata(table, content.file_about)
            conditions = {table_file(table.name): "true"} | {
                year_file(table.name, year): f"publication_year = {year}"
                for year in _years(content.connection, table)
            }
            for path, condition in conditions.items():
                if not _is_shared(content, path):
                    queries = ordered_queries(content.connection, table, condition=condition)
                    batches = (batch for query in queries for batch in _read(content.connection, query))
                    write_parquet(_new_file(content, path), schema, batches)
        for view in PUBLISHED_VIEWS:
            metadata = _view_metadata(content, view)
            reader = _read(content.connection, f"FROM {quote_identifier(view)}")
            schema = reader.schema.with_metadata(metadata)
            write_parquet(_new_file(content, table_file(view)), schema, reader)

    def files(self, folder: Path) -> Iterator[DataFile]:
        """Yield the file of each table and view, then the partitions."""
        for name in (*TABLES, *PUBLISHED_VIEWS):
            yield DataFile(table_file(name), name)
        for path in sorted((folder / YEAR_FOLDER).rglob("*.parquet")):
            relative = path.relative_to(folder)
            yield DataFile(relative.as_posix(), relative.parts[1], is_partition=True)

    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Compare all rows of each file of a table or view, and the row counts of the partitions."""
        for name in (*TABLES, *PUBLISHED_VIEWS):
            path = content.folder / table_file(name)
            expected = count_rows(content.connection, quote_identifier(name))
            yield from count_mismatch(path.name, expected, pq.read_metadata(path).num_rows)
            stored = f"SELECT * FROM read_parquet({quote_literal(path)})"  # noqa: S608
            expected_rows = f"SELECT * FROM {quote_identifier(name)}"  # noqa: S608
            differing, _ = count_differences(content.connection, expected_rows, stored)
            yield from count_mismatch(f"{path.name}, rows that differ", 0, differing)
            if name in TABLES and (table := TABLES[name]).by_year:
                partitions = (content.folder / YEAR_FOLDER / table.name).rglob("*.parquet")
                actual = sum(pq.read_metadata(partition).num_rows for partition in partitions)
                yield from count_mismatch(f"{YEAR_FOLDER}/{table.name}", expected, actual)


def table_file(table_name: str) -> str:
    """Return the path of the file of a table or view in a release folder."""
    return f"{TABLE_FOLDER}/{table_name}.parquet"


def year_file(table_name: str, year: int | str) -> str:
    """Return the path of the file of one publication year of a table in a release folder."""
    return f"{YEAR_FOLDER}/{table_name}/publication_year={year}/part-0.parquet"


def _years(connection: duckdb.DuckDBPyConnection, table: Table) -> list[int]:
    """Return the publication years of a table's rows; none if it is not stored by year."""
    if not table.by_year:
        return []
    rows = connection.execute(
        f"SELECT DISTINCT publication_year FROM {quote_identifier(table.name)} ORDER BY ALL"  # noqa: S608
    )
    return [year for (year,) in rows.fetchall()]


def _with_metadata(table: Table, about: Mapping[str, Any]) -> pa.Schema:
    """Return the declared schema of a table with descriptions of its columns and of the dataset."""
    columns = "\n".join(
        f"{field.name}: {field_metadata(field)} [{field_metadata(field, 'unit')}]" for field in table.schema
    )
    declared = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    dataset = {key: str(value) for key, value in about.items()}
    return table.schema.with_metadata({**dataset, **declared, "columns": columns})


def _view_metadata(content: ReleaseContent, view: str) -> dict[str, str]:
    """Return the comments of a view, and the description of the dataset."""
    description = content.views[view]
    dataset = {key: str(value) for key, value in content.file_about.items()}
    columns = "\n".join(f"{column.name}: {column.comment}" for column in description.columns)
    return {**dataset, "description": description.comment, "columns": columns}


def _is_shared(content: ReleaseContent, path: str) -> bool:
    """Link to the file of the previous release that has the same bytes; return whether there is one."""
    file = _new_file(content, path)
    return path in content.unchanged and hard_link(file, content.unchanged[path])


def _new_file(content: ReleaseContent, path: str) -> Path:
    file = content.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _read(connection: duckdb.DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    return connection.execute(query).fetch_record_batch(BATCH_ROWS)
