"""Parquet: each table and published view as one file, and tables of reports also as one per publication year.

The metadata of every file describes its columns and the dataset: for Arrow per column, for other readers in
the keys ``description``, ``key`` and ``columns`` (one line per column) and those of the view ``about``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.base import (
    PUBLISHED_VIEWS,
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    count_mismatch,
    count_rows,
    ordered_query,
)
from assets.schema.tables import TABLES, Table, field_metadata
from assets.schema.validation import cast_to_schema
from assets.storage.parquet_store import to_parquet

TABLE_FOLDER = "parquet"
YEAR_FOLDER = "parquet_by_year"


class ParquetFormat(ReleaseFormat):
    """``parquet/<table>.parquet`` and ``parquet_by_year/<table>/publication_year=<year>/part-0.parquet``."""

    name = "parquet"
    media_type = "application/vnd.apache.parquet"
    paths: ClassVar[Mapping[str, str]] = {
        f"{TABLE_FOLDER}/<name>.parquet": "one file per table, and per view that is published as CSV;"
        " can be read over HTTP, whole or by column",
        f"{YEAR_FOLDER}/<table>/publication_year=<year>/": "the same rows, one file per publication year",
    }

    def write(self, content: ReleaseContent) -> None:
        """Write the files of all tables."""
        for table in TABLES.values():
            stored = content.connection.execute(ordered_query(table.name)).fetch_arrow_table()
            rows = _with_metadata(table, cast_to_schema(table, stored), content.data_about)
            _write(content.folder / table_file(table.name), rows)
            if not table.by_year:
                continue
            for year in pc.unique(rows["publication_year"]).to_pylist():
                partition = rows.filter(pc.equal(rows["publication_year"], pa.scalar(year, pa.int32())))
                path = f"{YEAR_FOLDER}/{table.name}/publication_year={year}/part-0.parquet"
                _write(content.folder / path, partition)
        for view in PUBLISHED_VIEWS:
            rows = content.connection.execute(ordered_query(view)).fetch_arrow_table()
            _write(content.folder / table_file(view), _with_view_metadata(content, view, rows))

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
            differing = count_rows(
                content.connection,
                f"(SELECT * FROM {quote_identifier(name)}"  # noqa: S608
                f" EXCEPT ALL SELECT * FROM read_parquet({quote_literal(path)}))",
            )
            yield from count_mismatch(f"{path.name}, rows that differ", 0, differing)
            if name in TABLES and (table := TABLES[name]).by_year:
                partitions = (content.folder / YEAR_FOLDER / table.name).rglob("*.parquet")
                actual = sum(pq.read_metadata(partition).num_rows for partition in partitions)
                yield from count_mismatch(f"{YEAR_FOLDER}/{table.name}", expected, actual)


def table_file(table_name: str) -> str:
    """Return the path of the file of a table or view in a release folder."""
    return f"{TABLE_FOLDER}/{table_name}.parquet"


def _with_metadata(table: Table, rows: pa.Table, about: Mapping[str, Any]) -> pa.Table:
    columns = "\n".join(
        f"{field.name}: {field_metadata(field)} [{field_metadata(field, 'unit')}]" for field in table.schema
    )
    declared = {key.decode(): value.decode() for key, value in (rows.schema.metadata or {}).items()}
    dataset = {key: str(value) for key, value in about.items()}
    return rows.replace_schema_metadata({**dataset, **declared, "columns": columns})


def _with_view_metadata(content: ReleaseContent, view: str, rows: pa.Table) -> pa.Table:
    """Add the comments of a view and of its columns, and the description of the dataset."""
    comment, *_ = content.connection.execute(
        "SELECT comment FROM duckdb_views() WHERE view_name = ?", [view]
    ).fetchone() or ("",)
    columns = content.connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [view]
    ).fetchall()
    dataset = {key: str(value) for key, value in content.data_about.items()}
    described = "\n".join(f"{name}: {meaning}" for name, meaning in columns)
    return rows.replace_schema_metadata({**dataset, "description": comment, "columns": described})


def _write(path: Path, rows: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_parquet(rows))
