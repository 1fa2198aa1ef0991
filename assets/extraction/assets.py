"""Assets of the extraction: pending reports, the tables of reports by year, and the applied reviews.

Only the Dagster definitions, the reading of their inputs and the writing of their outputs belong here.
``incremental`` decides what to read, ``worker_pool`` reads, ``reviews`` applies the reviewed files.
"""

import hashlib
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

from assets.archive.archive import (
    QUARANTINE,
    due_reports,
    latest_attempts,
    quarantine,
    stored_file_path,
)
from assets.extraction import incremental
from assets.extraction.acknowledgements import (
    AcknowledgementError,
    applied_acknowledgements,
    read_acknowledgements,
)
from assets.extraction.corrections import (
    CorrectionError,
    applied_corrections,
    read_corrections,
    version_suffix,
)
from assets.extraction.reviews import Reviews, read_reviews
from assets.extraction.worker_pool import read_reports
from assets.parsing.report import Publication, extractor_version
from assets.partitions import YEARS
from assets.progress import track
from assets.publications.listing import publication_year
from assets.resources import Clock, Warehouse
from assets.schema.tables import REPORT_TABLES, TABLES
from assets.schema.validation import ViolationsError
from assets.settings import read_settings
from assets.storage import parquet_store
from assets.table_assets import (
    DATA_VERSION_TAG,
    OWNERS,
    TABLE_VERSIONS,
    Metadata,
    grade_counts,
    table_result,
    table_spec,
    yearly_results,
)

#: The tables derived from the roles of the lines; assets downstream of ``report_lines``.
_TABLES_FROM_LINES = tuple(name for name in REPORT_TABLES if name != "report_lines")

#: Maximum number of extracted reports whose source and file are linked in the metadata of a run.
MAX_LINKS = 20

#: Metadata keys of ``pending_reports``: the years to update now, and those that wait for a later crawl.
PENDING_YEARS, POSTPONED_YEARS = "years", "years_postponed"
#: Metadata key of the number of reports with rows.
STORED_REPORTS = "stored_reports"
PENDING_REPORTS = dg.AssetKey("pending_reports")
#: Reason of a report that another version of the parser read.
OUTDATED = "it was read by another version of the parser"

#: Observed by ``pending_reports``, so that the UI shows a year with pending reports as stale.
pending_reports_by_year = dg.AssetSpec(
    "pending_reports_by_year",
    deps=["pending_reports"],
    description="The pending reports of each year: those whose publication, file or corrections differ from"
    " their rows in the dataset. A year with pending reports is stale until its partition is materialized",
    group_name="listing",
    kinds={"http"},
    owners=OWNERS,
    partitions_def=YEARS,
)


@dg.asset(deps=["publications", "authorities"], group_name="listing", kinds={"python"}, owners=OWNERS)
def pending_reports(
    context: dg.AssetExecutionContext, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """The reports to download or extract again, by year, each with the reason.

    The daily run materializes only the years in this result. The asset compares the publications and the
    archive log with the stored rows; it requests nothing from the site and reads no file.
    """
    found = partitions_to_update(warehouse, clock.now())
    pending, postponed = split_by_limit(found, read_settings().reread_limit)
    for year, reasons in found.items():
        context.log_event(
            dg.AssetObservation(
                pending_reports_by_year.key,
                partition=str(year),
                metadata={"reports": reasons},
                tags={DATA_VERSION_TAG: hashlib.sha256(repr(reasons).encode()).hexdigest()[:16]},
            )
        )
    if postponed:
        context.log.warning(
            f"The reports of {', '.join(map(str, postponed))} were read by another version of the parser and"
            " are read again after a later crawl (INSPECTIONS_REREAD_LIMIT). Nothing is published until then"
        )
    return dg.MaterializeResult(
        metadata={
            PENDING_YEARS: pending,
            POSTPONED_YEARS: postponed,
            STORED_REPORTS: parquet_store.count_rows(warehouse.path, "reports"),
            TABLE_VERSIONS: parquet_store.content_hashes(warehouse.path, *TABLES),
            "reports": sum(map(len, found.values())),
            "reports_by_year": {str(year): len(reasons) for year, reasons in found.items()},
        },
        # Constant: changes are observed per year, so a materialization of this asset makes nothing stale.
        data_version=dg.DataVersion("constant"),
    )


def metadata_years(found: dg.AssetMaterialization | None, key: str) -> list[int]:
    """Return a list of years in the metadata of a materialization of ``pending_reports``."""
    years = found.metadata.get(key) if found else None
    return [int(str(year)) for year in years.value or ()] if isinstance(years, dg.JsonMetadataValue) else []


def partitions_to_update(warehouse: Warehouse, now: datetime) -> dict[int, dict[str, str]]:
    """Return the years with pending reports: by year, the id of each pending report and the reason.

    A report without a file is pending when the archive is due to request it again, a report whose last
    reading crashed always.
    """
    publications = parquet_store.read(warehouse.path, "publications")
    files = _files_by_year(warehouse, read_reviews())
    due = due_reports(publications, warehouse.archive, now)
    pending: dict[int, dict[str, str]] = {}
    for year in sorted(files.keys() | set(parquet_store.stored_years(warehouse.path, "reports"))):
        year_files = files.get(year, [])
        stored = _stored_tables(warehouse.path, year)
        reasons = dict.fromkeys(incremental.outdated_reports(stored["reports"]), OUTDATED)
        changed = incremental.pending_reports(year_files, stored["reports"])
        reasons |= dict.fromkeys(changed, "its publication, file or corrections changed")
        for row in stored["extraction_issues"].to_pylist():
            if row["code"] == "crashed":
                reasons[row["report_id"]] = f"its last reading failed: {row['detail']}"
        for publication, _ in year_files:
            if publication.report_id in due:
                last = due[publication.report_id]
                reasons[publication.report_id] = (
                    f"its file is requested again: {last['outcome']} on {last['requested_at']}"
                    if last
                    else "its file has not been requested yet"
                )
        if reasons:
            pending[year] = reasons
    return pending


def split_by_limit(pending: Mapping[int, Mapping[str, str]], limit: int) -> tuple[list[int], list[int]]:
    """Return the years to update now, and those that wait for a later crawl.

    A year waits if all its pending reports are outdated only, and the later years, of which one is always
    updated, use up the limit.

    Args:
        pending: The result of ``partitions_to_update``.
        limit: Maximum number of reports to read again because the parser changed.
    """
    now = [year for year, reasons in pending.items() if set(reasons.values()) != {OUTDATED}]
    used = sum(reason == OUTDATED for year in now for reason in pending[year].values())
    for year in sorted(pending.keys() - set(now), reverse=True):
        if used and used + len(pending[year]) > limit:
            break
        used += len(pending[year])
        now.append(year)
    return sorted(now), sorted(pending.keys() - set(now))


class ReportTablesConfig(dg.Config):
    """Reports to extract although nothing about them changed."""

    report_ids: list[str] = Field(
        default=[],
        description="Ids of reports to extract even if nothing changed: the numbers in the addresses of their"
        ' files, for example ["50177455"]. Their year must be among the partitions of the run. If empty, only'
        " changed reports are extracted",
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
        *(_spec(name, "report_lines") for name in _TABLES_FROM_LINES),
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def report_tables(
    context: dg.AssetExecutionContext, config: ReportTablesConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Extract the changed reports of the requested years and write the tables of those years.

    A report whose publication date moved to another year is removed from its old year in the same run. A
    year that cannot be written keeps its stored tables and fails the run after the other years are done.
    """
    start = monotonic()
    reviews = read_reviews()
    files = _files_by_year(warehouse, reviews)
    listed = {publication.report_id: year for year, pairs in files.items() for publication, _ in pairs}
    years = incremental.years_to_build(
        map(int, context.partition_keys), listed, _years_by_report(warehouse.path)
    )
    stored = {year: _stored_tables(warehouse.path, year) for year in years}
    forced = frozenset(config.report_ids)
    plans = {
        year: incremental.plan_year(files.get(year, []), tables["reports"], forced)
        for year, tables in stored.items()
    }
    to_read = [pair for plan in plans.values() for pair in plan.to_read]
    errors: list[Exception] = []
    damaged: set[str] = set()

    def quarantine_file(publication: Publication, reason: str) -> None:
        if publication.sha256 and quarantine(warehouse.archive, publication.sha256):
            damaged.add(publication.report_id)
            context.log.warning(
                f"The archived file of {publication.report_id} {reason}. It was moved to"
                f" archive/{QUARANTINE}, and the next run requests it again"
            )

    with closing(read_reports(to_read, read_settings().reader_processes, quarantine_file)) as results:
        tracked = track(results, len(to_read), "Reading", "report")
        for year, plan in plans.items():
            year_results = list(islice(tracked, len(plan.to_read)))
            # Until a damaged file is fetched again, the rows that were read from it before stay.
            kept_although_damaged = damaged & set(stored[year]["reports"]["report_id"].to_pylist())
            try:
                missing = [
                    (publication, incremental.missing_report_tables(publication))
                    for publication in plan.missing
                ]
                extracted = [
                    reviews.apply(publication.report_id, tables)
                    for publication, tables in (*year_results, *missing)
                    if publication.report_id not in kept_although_damaged
                ]
                kept = plan.kept | kept_although_damaged
                tables = incremental.assemble_tables(stored[year], kept, extracted)
                _write_year(warehouse.path, year, tables)
            except (CorrectionError, AcknowledgementError, ViolationsError) as error:
                context.log.error(f"The tables of {year} are not changed: {error}")
                errors.append(error)
    if errors:
        raise errors[0]
    metadata: dict[str, Metadata] = {
        "reports_read": len(to_read),
        "reports_kept": sum(len(plan.kept) for plan in plans.values()),
        "reports_missing": sum(len(plan.missing) for plan in plans.values()),
        "seconds": round(monotonic() - start, 2),
    }
    by_table = dict.fromkeys(("report_lines", *_TABLES_FROM_LINES), metadata)
    by_table["report_lines"] = metadata | {"reports": _links(to_read[:MAX_LINKS])}
    by_table["judgements"] = metadata | _grade_metadata(warehouse.path)
    yield from yearly_results(context, warehouse.path, list(plans), by_table)


@dg.multi_asset(
    specs=[table_spec("corrections", group="reports", kinds={"csv", "parquet"}, deps=REPORT_TABLES)],
)
def corrections_in_force(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Write the corrections that are applied in the stored rows.

    A new correction is missing from the table until the year of its report is extracted.
    """
    corrections = list(chain.from_iterable(read_corrections().values()))
    tables = {
        name: parquet_store.read(warehouse.path, name)
        for name in {correction.table for correction in corrections}
    }
    parquet_store.write(warehouse.path, "corrections", applied_corrections(corrections, tables))
    return table_result(warehouse.path, "corrections", corrections_in_file=len(corrections))


@dg.multi_asset(
    specs=[
        table_spec(
            "acknowledged_issues",
            group="reports",
            kinds={"csv", "parquet"},
            deps=["extraction_issues"],
        )
    ],
)
def acknowledgements_in_force(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Write the acknowledged issues of the stored reports.

    A new entry is missing from the table until the year of its report is extracted.
    """
    acknowledgements = list(chain.from_iterable(read_acknowledgements().values()))
    issues = parquet_store.read(warehouse.path, "extraction_issues")
    rows = applied_acknowledgements(acknowledgements, issues)
    parquet_store.write(warehouse.path, "acknowledged_issues", rows)
    return table_result(warehouse.path, "acknowledged_issues", acknowledgements_in_file=len(acknowledgements))


def _files_by_year(
    warehouse: Warehouse, reviews: Reviews
) -> dict[int, list[tuple[Publication, Path | None]]]:
    """Return all publications by year, each with the path of its archived file, if there is one."""
    names = {row["urn"]: row["name"] for row in parquet_store.read(warehouse.path, "authorities").to_pylist()}
    archive = warehouse.archive
    attempts = latest_attempts(archive)
    years: dict[int, list[tuple[Publication, Path | None]]] = defaultdict(list)
    rows = parquet_store.read(warehouse.path, "publications").to_pylist()
    listings = incremental.other_listings(
        (row["report_id"], names.get(row["urn"], ""), attempts.get(row["report_id"], {}).get("sha256"))
        for row in rows
    )
    for row in rows:
        report_id = row["report_id"]
        attempt: dict[str, Any] = attempts.get(report_id, {})
        is_archived = attempt.get("sha256") is not None
        year = publication_year(row)
        publication = Publication(
            report_id=report_id,
            urn=row["urn"],
            authority=names.get(row["urn"], ""),  # a run was killed before it stored a new authority
            family=row["family"],
            title=row["title"],
            published=row["published"],
            publication_year=year,
            source_url=row["url"],
            sha256=attempt.get("sha256"),
            size_bytes=attempt.get("size_bytes"),
            retrieved_at=attempt.get("requested_at") if is_archived else None,
            missing="" if is_archived else _missing_reason(attempt),
            listed_as=listings.get(report_id, ""),
            corrections=reviews.hash(report_id) + version_suffix(listings.get(report_id, "")),
        )
        path = stored_file_path(archive, attempt["sha256"]) if is_archived else None
        years[year].append((publication, path))
    return years


def _missing_reason(attempt: dict[str, Any]) -> str:
    """Return why there is no file, with the public URL in place of the URL that was requested."""
    if not attempt:
        return "it has not been requested yet"
    return str(attempt["detail"]).replace(attempt["url"], attempt["public_url"])


def _years_by_report(warehouse: Path) -> dict[str, list[int]]:
    """Return the years in which each report has a row. Unreadable years are left out: they are rebuilt."""
    years: dict[str, list[int]] = defaultdict(list)
    for year in parquet_store.stored_years(warehouse, "reports"):
        with suppress(parquet_store.ReadError):
            for row in parquet_store.read(warehouse, "reports", year).to_pylist():
                years[row["report_id"]].append(year)
    return years


def _stored_tables(warehouse: Path, year: int) -> dict[str, pa.Table]:
    """Return the stored tables of a year; all empty if one is missing or unreadable.

    With empty tables every report of the year is read again.
    """
    empty = {name: TABLES[name].schema.empty_table() for name in REPORT_TABLES}
    if not all(year in parquet_store.stored_years(warehouse, name) for name in REPORT_TABLES):
        return empty
    try:
        return {name: parquet_store.read(warehouse, name, year) for name in REPORT_TABLES}
    except parquet_store.ReadError:
        return empty


def _write_year(warehouse: Path, year: int, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables of a year, unless it is empty and was never stored."""
    if tables["reports"].num_rows or year in parquet_store.stored_years(warehouse, "reports"):
        # "reports" is written last: the next run compares it to decide what is up to date.
        for name in sorted(REPORT_TABLES, key="reports".__eq__):
            parquet_store.write(warehouse, name, tables[name], year)


def _links(reports: Sequence[tuple[Publication, Path]]) -> dg.MarkdownMetadataValue:
    """Return a list that links each report to its source and names its file."""
    return dg.MetadataValue.md(
        "\n".join(
            f"- {publication.report_id}, {publication.authority}:"
            f" [{publication.title}]({publication.source_url}), read from `{path.resolve()}`"
            for publication, path in reports
        )
        or "No report was read."
    )


def _grade_metadata(warehouse: Path) -> dict[str, dg.MarkdownMetadataValue]:
    return {"grades": grade_counts(parquet_store.read(warehouse, "judgements"))}
