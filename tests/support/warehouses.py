"""A small warehouse of real reports with its database, for tests of releases and of the website."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.database.build import build_database
from assets.parsing.frameworks import framework_tables
from assets.parsing.report import Publication
from assets.reference.loaders import read_reference_tables, vocabulary_tables
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.storage import parquet_store
from tests.support import sample

#: Full inspections under three frameworks, and a letter with a placeholder number.
REPORTS = ("2755760", "50177455", "50294205", "59000055")
SEEN = datetime(2026, 9, 1, 12)


def build(warehouse: Path, reports: tuple[str, ...] = REPORTS) -> Path:
    """Store the reference tables and these reports of the sample, and build the database."""
    for name, table in reference_tables().items():
        parquet_store.write(warehouse, name, table)
    add(warehouse, *reports)
    return warehouse


def reference_tables() -> dict[str, pa.Table]:
    """Return the tables that are not read from the site, by name."""
    return {
        **read_reference_tables(),
        **vocabulary_tables(),
        **dict(zip(("frameworks", "framework_areas"), framework_tables(), strict=True)),
    }


def add(warehouse: Path, *reports: str, seen: datetime = SEEN) -> None:
    """Store further reports, seen by a crawl at this time, and rebuild the database."""
    publications = parquet_store.read(warehouse, "publications").to_pylist()
    publications += [listed(sample.reports()[report_id][0], seen) for report_id in reports]
    put(warehouse, "publications", publications)
    for report_id in reports:
        year = sample.reports()[report_id][0].publication_year
        for name in REPORT_TABLES:
            before = parquet_store.read(warehouse, name, year).to_pylist()
            rows = sample.tables(report_id)[name]
            if name == "reports":
                rows = [row | _file_columns(report_id, seen) for row in rows]
            put(warehouse, name, [*before, *rows], year)
    build_database(warehouse)


def change(warehouse: Path, table: str, key: tuple[Any, ...], **values: Any) -> None:
    """Change values of one row and rebuild the database."""
    change_stored(warehouse, table, key, **values)
    build_database(warehouse)


def change_stored(warehouse: Path, table: str, key: tuple[Any, ...], **values: Any) -> None:
    """Change values of one row without rebuilding the database."""
    declared = TABLES[table]
    for year in parquet_store.stored_years(warehouse, table) if declared.by_year else (None,):
        rows = parquet_store.read(warehouse, table, year).to_pylist()
        changed = [
            row | values if tuple(row[column] for column in declared.key) == key else row for row in rows
        ]
        put(warehouse, table, changed, year)


def put(warehouse: Path, table: str, rows: list[dict[str, Any]], year: int | None = None) -> None:
    """Replace the rows of a table, or of one year of it."""
    parquet_store.write(warehouse, table, pa.Table.from_pylist(rows, schema=TABLES[table].schema), year)


def _file_columns(report_id: str, seen: datetime) -> dict[str, Any]:
    """Return the columns of ``reports`` that describe the archived file."""
    pdf = sample.pdf(report_id)
    return {"sha256": hashlib.sha256(pdf).hexdigest(), "size_bytes": len(pdf), "retrieved_at": seen}


def listed(publication: Publication, seen: datetime) -> dict[str, Any]:
    """Return the row of a publication in the listing."""
    return {
        "report_id": publication.report_id,
        "urn": publication.urn,
        "title": publication.title,
        "family": publication.family,
        "published": publication.published,
        "url": publication.source_url,
        "provider_url": f"https://reports.ofsted.gov.uk/provider/44/{publication.urn}",
        "first_seen": seen,
        "last_seen": seen,
        "is_listed": True,
    }
