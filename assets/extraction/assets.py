"""Dagster's face of the reading: a year's files become its rows in every table of reports."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import Any

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.archive.archive import due_reports, latest_attempts, stored_file_path
from assets.extraction import incremental
from assets.extraction.corrections import (
    Correction,
    CorrectionError,
    corrected,
    fingerprint,
    in_force,
    read_corrections,
)
from assets.extraction.worker_pool import read_reports
from assets.parsing.report import Publication, extractor_version
from assets.partitions import YEARS
from assets.publications.listing import publication_year
from assets.resources import Clock, Warehouse
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.schema.validation import ViolationsError
from assets.storage import parquet_store
from assets.table_assets import OWNERS, Metadata, grade_counts, table_result, table_spec

#: In the order of the way of the data: lines first, then what their roles come to.
_FROM_LINES = tuple(name for name in REPORT_TABLES if name != "report_lines")


#: Of so many reports that a run read, it names where they come from and where they lie.
MAX_LINKS = 20

#: Shows in the UI which years have news: a year whose files are older than its news here is stale.
pending_reports_by_year = dg.AssetSpec(
    "pending_reports_by_year",
    deps=["pending_reports"],
    description="What the site has on a year that the dataset had not when last it looked: it makes the"
    " year's files and rows stale until they are made again",
    group_name="listing",
    kinds={"http"},
    owners=OWNERS,
    partitions_def=YEARS,
)


@dg.asset(deps=["publications"], group_name="listing", kinds={"python"}, owners=OWNERS)
def pending_reports(
    context: dg.AssetExecutionContext, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """The years of which the site has something that the dataset has not, report by report, and why.

    These and no others are made again in a day's runs. Nothing is fetched and nothing read to know it: the
    listing and the archive's log are compared with the rows there are.
    """
    found = partitions_to_update(warehouse, clock.now())
    for year_, reports in found.items():
        context.log_event(
            dg.AssetObservation(
                pending_reports_by_year.key,
                partition=str(year_),
                metadata=dict(reports),
                tags={"dagster/data_version": hashlib.sha256(repr(reports).encode()).hexdigest()[:16]},
            )
        )
    return dg.MaterializeResult(
        metadata={
            "years": sorted(found),
            "reports": sum(map(len, found.values())),
            **{f"reports/{year_}": len(reports) for year_, reports in found.items()},
        },
        # What is new is told year by year; that somebody looked makes nothing stale.
        data_version=dg.DataVersion("looked"),
    )


def partitions_to_update(warehouse: Warehouse, now: datetime) -> dict[int, dict[str, str]]:
    """Return the years with news: each with its reports that have any, and what it is.

    A file that could not be had is news when the archive's own rule has it asked for again.
    """
    listed = parquet_store.read(warehouse.path, "publications")
    files = _files(warehouse, read_corrections())
    asked_again = due_reports(listed, warehouse.archive, now)
    found: dict[int, dict[str, str]] = {}
    for number in sorted(files.keys() | set(parquet_store.stored_years(warehouse.path, "reports"))):
        own = files.get(number, [])
        changed = incremental.pending_reports(own, _stored(warehouse.path, number)["reports"])
        told = dict.fromkeys(changed, "it is listed, archived or corrected otherwise")
        for publication, _ in own:
            if publication.report_id in asked_again:
                last = asked_again[publication.report_id]
                told[publication.report_id] = (
                    f"its file is asked for again: {last['outcome']} on {last['requested_at']}"
                    if last
                    else "its file has not been asked for yet"
                )
        if told:
            found[number] = told
    return found


class ReportTablesConfig(dg.Config):
    """Which reports to read although nothing about them changed."""

    report_ids: list[str] = Field(
        default=[],
        description="Reports to read again whatever is known of them, by the number in their file's address,"
        ' for example ["50177455"]; their year is the partition. Empty: only what changed',
        examples=[["50177455"]],
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
        _spec("report_lines", "report_files", "authorities"),
        *(_spec(name, "report_lines") for name in _FROM_LINES),
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def report_tables(
    context: dg.AssetExecutionContext, config: ReportTablesConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Read every file of the years that changed, give each line its role, and the roles their rows.

    A report that the site has dated anew leaves its old year as it comes to its new one. A year that cannot
    be stored stays as it was and fails the run, once the other years are done.
    """
    began = monotonic()
    corrections = read_corrections()
    files = _files(warehouse, corrections)
    again = frozenset(config.report_ids)
    faults: list[Exception] = []
    listed = {each.report_id: number for number, own in files.items() for each, _ in own}
    numbers = incremental.years_to_build(
        map(int, context.partition_keys), listed, _years_stored(warehouse.path)
    )
    before = {number: _stored(warehouse.path, number) for number in numbers}
    plans = {
        number: incremental.plan(files.get(number, []), tables["reports"], again)
        for number, tables in before.items()
    }
    work = [each for plan in plans.values() for each in plan.to_read]
    with closing(read_reports(work, processes=os.cpu_count() or 1)) as fresh:
        for number, planned in plans.items():
            read = list(islice(fresh, len(planned.to_read)))
            try:
                done = [
                    corrected(tables, corrections.get(publication.report_id, ()))
                    for publication, tables in read
                ]
                done += [incremental.missing_report_tables(publication) for publication in planned.missing]
                _write_year(warehouse.path, number, incremental.assemble(before[number], planned.kept, done))
            except (CorrectionError, ViolationsError) as error:
                context.log.error(f"{number} stays as it was: {error}")
                faults.append(error)
    if faults:
        raise faults[0]
    told: dict[str, Metadata] = {
        "reports_read": len(work),
        "reports_kept": sum(len(plan.kept) for plan in plans.values()),
        "reports_missing": sum(len(plan.missing) for plan in plans.values()),
        "seconds": round(monotonic() - began, 2),
        **_links(work[:MAX_LINKS]),
    }
    for name in ("report_lines", *_FROM_LINES):
        for key in context.partition_keys:
            context.add_asset_metadata(
                {"dagster/partition_row_count": parquet_store.count_rows(warehouse.path, name, int(key))},
                asset_key=name,
                partition_key=key,
            )
        yield table_result(warehouse.path, name, max(plans), **told, **_grades(warehouse.path, name))


def _grades(warehouse: Path, name: str) -> dict[str, dg.MarkdownMetadataValue]:
    return {"grades": grade_counts(parquet_store.read(warehouse, name))} if name == "judgements" else {}


def _write_year(warehouse: Path, number: int, tables: Mapping[str, pa.Table]) -> None:
    if tables["reports"].num_rows or number in parquet_store.stored_years(warehouse, "reports"):
        # Last what tells the next run that all is done.
        for name in sorted(REPORT_TABLES, key="reports".__eq__):
            parquet_store.write(warehouse, name, tables[name], number)


def _links(read: Sequence[tuple[Publication, Path]]) -> dict[str, dg.MetadataValue[Any]]:
    """Tell where reports that were read come from, and where their files lie."""
    return {
        f"{publication.report_id}, {publication.authority}": dg.MetadataValue.md(
            f"[{publication.title}]({publication.source_url}), read from `{path.resolve()}`"
        )
        for publication, path in read
    }


def _files(
    warehouse: Warehouse, corrections: Mapping[str, Sequence[Correction]]
) -> dict[int, list[tuple[Publication, Path | None]]]:
    """Give every publication with its file in the archive, if it has one, by year."""
    names = {row["urn"]: row["name"] for row in parquet_store.read(warehouse.path, "authorities").to_pylist()}
    archive = warehouse.archive
    fetches = latest_attempts(archive)
    years: dict[int, list[tuple[Publication, Path | None]]] = defaultdict(list)
    for row in parquet_store.read(warehouse.path, "publications").to_pylist():
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
        path = stored_file_path(archive, fetch["sha256"]) if stored else None
        years[number].append((publication, path))
    return years


def _why_missing(fetch: dict[str, Any]) -> str:
    """Say why there is no file, by its public address; where it was really asked for stands in the log."""
    if not fetch:
        return "it has not been asked for yet"
    return str(fetch["detail"]).replace(fetch["url"], fetch["public_url"])


def _years_stored(warehouse: Path) -> dict[str, list[int]]:
    """Return the years in which each report has its row; a year that cannot be read is made again anyway."""
    years: dict[str, list[int]] = defaultdict(list)
    for number in parquet_store.stored_years(warehouse, "reports"):
        with suppress(parquet_store.ReadError):
            for row in parquet_store.read(warehouse, "reports", number).to_pylist():
                years[row["report_id"]].append(number)
    return years


def _stored(warehouse: Path, number: int) -> dict[str, pa.Table]:
    """Return a year's tables as they are, none of them with rows if one is gone or cannot be read any more.

    Where nothing is known, all reports are simply read again.
    """
    nothing = {name: TABLES[name].schema.empty_table() for name in REPORT_TABLES}
    if not all(number in parquet_store.stored_years(warehouse, name) for name in REPORT_TABLES):
        return nothing
    try:
        return {name: parquet_store.read(warehouse, name, number) for name in REPORT_TABLES}
    except parquet_store.ReadError:
        return nothing


@dg.multi_asset(
    specs=[table_spec("corrections", group="reports", kinds={"csv", "parquet"}, deps=REPORT_TABLES)],
)
def corrections_in_force(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Record which corrections stand in the rows: all but those whose year was not read since."""
    made = list(chain.from_iterable(read_corrections().values()))
    tables = {name: parquet_store.read(warehouse.path, name) for name in {each.table for each in made}}
    standing = in_force(made, tables)
    parquet_store.write(warehouse.path, "corrections", standing)
    return table_result(warehouse.path, "corrections", in_the_file=len(made))
