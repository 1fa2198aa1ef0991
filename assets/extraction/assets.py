"""Dagster's face of the reading: a year's files become its rows in every table of reports."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.extraction import year
from assets.extraction.corrections import Correction, corrected, fingerprint, in_force, read_corrections
from assets.extraction.frameworks import framework_tables
from assets.extraction.report import Publication, extractor_version
from assets.extraction.workers import read_reports
from assets.files.archive import latest, stored_file
from assets.publications.listing import publication_year
from assets.tables import store
from assets.tables.assets import table_metadata, table_spec
from assets.tables.schemas import REPORT_TABLES, TABLES
from orchestration.partitions import YEARS
from orchestration.resources import Warehouse

#: In the order of the way of the data: lines first, then what their roles come to.
_FROM_LINES = tuple(name for name in REPORT_TABLES if name != "report_lines")


class Rereading(dg.Config):
    """Which reports to read although nothing about them changed."""

    report_ids: list[str] = Field(
        default=[],
        description="Reports to read again whatever is known of them, by the number in their file's address,"
        ' for example ["50177455"]; empty: only what changed',
    )


def _spec(name: str, *deps: str) -> dg.AssetSpec:
    return table_spec(
        name,
        group="reports",
        kinds={"pdf", "parquet"} if name == "report_lines" else {"parquet"},
        deps=deps,
        partitions_def=YEARS,
        code_version=extractor_version(),
    )


@dg.multi_asset(
    specs=[
        _spec("report_lines", "publications", "report_files", "authorities"),
        *(_spec(name, "report_lines") for name in _FROM_LINES),
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def report_tables(
    context: dg.AssetExecutionContext, config: Rereading, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Read every file of the years that changed, give each line its role, and the roles their rows."""
    corrections = read_corrections()
    files = _files(warehouse, corrections)
    again = frozenset(config.report_ids)
    read = 0
    before = {int(key): _stored(warehouse.path, int(key)) for key in context.partition_keys}
    plans = {
        number: year.plan(files.get(number, []), tables["reports"], again)
        for number, tables in before.items()
    }
    work = [each for plan in plans.values() for each in plan.to_read]
    with closing(read_reports(work, processes=os.cpu_count() or 1)) as fresh:
        for number, planned in plans.items():
            done = [
                corrected(tables, corrections.get(publication.report_id, ()))
                for publication, tables in islice(fresh, len(planned.to_read))
            ]
            done += [year.rows_of_missing(publication) for publication in planned.missing]
            read += len(planned.to_read)
            tables = year.assemble(before[number], planned.kept, done)
            if tables["reports"].num_rows or number in store.years(warehouse.path, "reports"):
                # Last what tells the next run that all is done.
                for name in sorted(REPORT_TABLES, key="reports".__eq__):
                    store.write(warehouse.path, name, tables[name], number)
    for name in ("report_lines", *_FROM_LINES):
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={**table_metadata(warehouse.path, name), "reports_read": read},
        )


def _files(
    warehouse: Warehouse, corrections: Mapping[str, Sequence[Correction]]
) -> dict[int, list[tuple[Publication, Path | None]]]:
    """Give every publication with its file in the archive, if it has one, by year."""
    names = {row["urn"]: row["name"] for row in store.read(warehouse.path, "authorities").to_pylist()}
    fetches = latest(warehouse.archive)
    years: dict[int, list[tuple[Publication, Path | None]]] = defaultdict(list)
    for row in store.read(warehouse.path, "publications").to_pylist():
        fetch: dict[str, Any] = fetches.get(row["report_id"], {})
        stored = fetch.get("sha256") is not None
        number = publication_year(row)
        publication = Publication(
            report_id=row["report_id"],
            urn=row["urn"],
            authority=names[row["urn"]],
            family=row["family"],
            title=row["title"],
            published=row["published"],
            publication_year=number,
            source_url=row["url"],
            sha256=fetch.get("sha256"),
            size_bytes=fetch.get("size_bytes"),
            retrieved_at=fetch.get("requested_at") if stored else None,
            missing="" if stored else _why_missing(fetch),
            corrections=fingerprint(corrections.get(row["report_id"], ())),
        )
        path = stored_file(warehouse.archive, fetch["sha256"]) if stored else None
        years[number].append((publication, path))
    return years


def _why_missing(fetch: dict[str, Any]) -> str:
    """Say why there is no file, by its public address; where it was really asked for stands in the log."""
    if not fetch:
        return "it has not been asked for yet"
    return str(fetch["detail"]).replace(fetch["url"], fetch["public_url"])


def _stored(warehouse: Path, number: int) -> dict[str, pa.Table]:
    """Return a year's tables as they are, none of them with rows if one is gone or cannot be read any more.

    Where nothing is known, all reports are simply read again.
    """
    nothing = {name: TABLES[name].schema.empty_table() for name in REPORT_TABLES}
    if not all(number in store.years(warehouse, name) for name in REPORT_TABLES):
        return nothing
    try:
        return {name: store.read(warehouse, name, number) for name in REPORT_TABLES}
    except store.ReadError:
        return nothing


@dg.multi_asset(
    specs=[table_spec("corrections", group="reports", kinds={"csv", "parquet"}, deps=REPORT_TABLES)]
)
def corrections_in_force(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Record which corrections stand in the rows: all but those whose year was not read since."""
    made = list(chain.from_iterable(read_corrections().values()))
    tables = {name: store.read(warehouse.path, name) for name in {each.table for each in made}}
    standing = in_force(made, tables)
    store.write(warehouse.path, "corrections", standing)
    return dg.MaterializeResult(
        asset_key="corrections",
        metadata={**table_metadata(warehouse.path, "corrections"), "in_the_file": len(made)},
    )


@dg.multi_asset(
    specs=[
        table_spec("frameworks", group="reference", kinds={"parquet"}),
        table_spec("framework_areas", group="reference", kinds={"parquet"}),
    ]
)
def inspection_frameworks(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Store what the frameworks judge, as the reading itself knows it."""
    for name, table in zip(("frameworks", "framework_areas"), framework_tables(), strict=True):
        store.write(warehouse.path, name, table)
        yield dg.MaterializeResult(asset_key=name, metadata=table_metadata(warehouse.path, name))
