"""Asset checks: what must hold of the tables, which reports break what, and what a person does about it.

Issues of reports do not stop a release: the rows say so themselves. What would make the dataset as a whole
wrong does: the database is then not built, and the last good one stays (``BLOCKING``), or it is not released
(``sql/checks``; those of ``sql/warnings`` warn). A check says in its description what was found and what to
do next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from assets.archive.archive import stored_file_path
from assets.database.build import count_database_rows
from assets.database.sql_checks import is_blocking, load_checks, run_queries
from assets.extraction.evidence import ReportPage, page_images
from assets.extraction.worker_pool import WorkerFailure
from assets.parsing.invariants import CODES
from assets.resources import Warehouse
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from assets.storage import parquet_store
from assets.table_assets import png_metadata

#: Of so many reports, at most, a check shows the page where something is wrong; ``make evidence`` shows any.
MAX_IMAGES = 3
#: Of so many rows, at most, a check of the database shows what is in them.
MAX_ROWS = 20

#: A table may lose this share of its rows from one database to the next; more is held back for a person.
MAX_LOST_SHARE = 0.1

#: What stands in the way of a database, in the order of its name.
BLOCKING_CHECKS = tuple(
    dg.AssetCheckKey(dg.AssetKey("extraction_issues"), name)
    for name in ("references_resolve", "rows_kept", "tables_as_declared")
)

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}

#: What a person does about reports with an issue; the last for every issue that is not named.
_NEXT = {
    "missing": "Follow the links: the site is asked again a week after it said so. If the file is there now,"
    " launch years for its year",
    **dict.fromkeys(
        ("unreadable", "no_text", "too_many_pages"),
        "Open the file. If it is damaged and the site has a whole one by now, launch years for its year with"
        " revalidate: true; until then the report stays without rows",
    ),
    "crashed": "It is read again on every run of its year: launch years for it. If it fails again, look at"
    " the file",
    "": "Follow the links to the report and look at the pages below; `make evidence REPORT=…` draws others."
    " If the report is at fault, add a line to assets/extraction/data/corrections.csv; if the parser is, fix"
    " it. Then launch years for the reports' years",
}

Row = dict[str, Any]


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(code, asset="extraction_issues", description=f"No report has this: {meaning}")
        for code, (_, meaning) in CODES.items()
    ]
)
def invariants_of_reports(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Tell for each invariant which reports break it, over all years, and show where in the first few."""
    issues = parquet_store.read(warehouse.path, "extraction_issues").to_pylist()
    reports = {row["report_id"]: row for row in parquet_store.read(warehouse.path, "reports").to_pylist()}
    drawable = [
        row
        for row in issues
        if row["severity"] == "error" and reports[row["report_id"]]["status"] == "partial"
    ]
    shown = {code: _first_pages(row for row in drawable if row["code"] == code) for code in CODES}
    pictures = _pictures(warehouse.path, {page for pages in shown.values() for page in pages})
    for code, (severity, meaning) in CODES.items():
        details = _details(row for row in issues if row["code"] == code)
        pages = {f"{report_id}, page {page}": pictures[report_id, page] for report_id, page in shown[code]}
        links = [_linked(reports[report_id], detail, warehouse) for report_id, detail in details.items()]
        yield dg.AssetCheckResult(
            asset_key="extraction_issues",
            check_name=code,
            passed=not details,
            severity=_SEVERITY[severity],
            description=_described(code, meaning, details, reports),
            metadata={key: value for each in (*links, pages) for key, value in each.items()},
        )


def _described(code: str, meaning: str, details: Mapping[str, str], reports: Mapping[str, Row]) -> str:
    if not details:
        return f"No report has this: {meaning}"
    years = sorted({reports[report_id]["publication_year"] for report_id in details})
    of_years = ", ".join(map(str, years))
    return f"Reports with this: {len(details)}, of {of_years}. {meaning}. {_NEXT.get(code, _NEXT[''])}."


def _linked(report: Row, detail: str, warehouse: Warehouse) -> dict[str, dg.MetadataValue[Any]]:
    """Say what is wrong with a report, where it comes from, and where its file lies."""
    report_id = report["report_id"]
    told: dict[str, dg.MetadataValue[Any]] = {
        report_id: dg.MetadataValue.text(detail),
        f"{report_id}, source": dg.MetadataValue.url(report["source_url"]),
    }
    if report["sha256"]:
        file = stored_file_path(warehouse.archive, report["sha256"])
        told[f"{report_id}, file"] = dg.MetadataValue.path(file.resolve())
    return told


def _details(issues: Iterable[Row]) -> dict[str, str]:
    """Return what is wrong with each report."""
    details: dict[str, list[str]] = defaultdict(list)
    for row in issues:
        details[row["report_id"]].append(row["detail"])
    return {report_id: "; ".join(own) for report_id, own in details.items()}


def _first_pages(issues: Iterable[Row]) -> list[tuple[str, int]]:
    """Return the page of the first issue of the first few reports, the first where an issue names none."""
    pages: dict[str, int] = {}
    for row in issues:
        pages.setdefault(row["report_id"], row["page"] or 1)
    return list(pages.items())[:MAX_IMAGES]


def _pictures(warehouse: Path, pages: Iterable[ReportPage]) -> dict[ReportPage, dg.MetadataValue[Any]]:
    """Show pages of reports with what was read on them, or say why there is no picture."""
    return {
        page: dg.MetadataValue.text(image.reason)
        if isinstance(image, WorkerFailure)
        else png_metadata(image, "page")
        for page, image in page_images(warehouse, pages).items()
    }


@dg.asset_check(asset="extraction_issues", blocking=True)
def references_resolve(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every row refers to rows that exist: reports to authorities, findings to sections, and so on."""
    faults = check_references({name: parquet_store.read(warehouse.path, name) for name in TABLES})
    return dg.AssetCheckResult(
        passed=not faults,
        description="; ".join(map(str, faults)) or "Every reference resolves",
        metadata={"next": _MAKE_AGAIN} if faults else {},
    )


@dg.asset_check(asset="extraction_issues", blocking=True)
def tables_as_declared(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every table as it lies on disk has its columns, types, vocabularies and a key without repeats."""
    faults = [fault for name in TABLES for fault in _faults(warehouse.path, name)]
    return dg.AssetCheckResult(
        passed=not faults,
        description="; ".join(faults) or "Every table is as it is declared",
        metadata={"next": _MAKE_AGAIN} if faults else {},
    )


_MAKE_AGAIN = (
    "Launch dataset for the years of the rows named, or for all: what is broken is made again from the"
    " archive. If it comes out the same, the code is wrong, not the store"
)


def _faults(warehouse: Path, name: str) -> list[str]:
    try:
        return list(map(str, check_rows(TABLES[name], parquet_store.read(warehouse, name))))
    except parquet_store.ReadError as error:
        return [str(error)]


@dg.asset_check(asset="extraction_issues", blocking=True)
def rows_kept(warehouse: Warehouse) -> dg.AssetCheckResult:
    """No table has lost more of its rows since the last database than a correction or two would take."""
    before = count_database_rows(warehouse.path)
    now = {name: parquet_store.count_rows(warehouse.path, name) for name in TABLES}
    lost = {
        name: f"{name} has {now[name]} rows where the database has {count}"
        for name, count in before.items()
        if now[name] < (1 - MAX_LOST_SHARE) * count
    }
    return dg.AssetCheckResult(
        passed=not lost,
        description="; ".join(lost.values()) or "No table has shrunk",
        metadata={
            "next": f"A table that loses more than {MAX_LOST_SHARE:.0%} of its rows is held back. Look at"
            " what a year had before (its earlier materialisations). If the loss is right, materialise"
            " inspections_database alone: it asks no check"
        }
        if lost
        else {name: f"{before.get(name, 0)} before, {count} now" for name, count in now.items()},
    )


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            check.name,
            asset="inspections_database",
            description=check.documentation,
            blocking=is_blocking(check),
        )
        for check in load_checks()
    ]
)
def checks_in_sql(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Ask the database every check that is a file of SQL, and show the first rows that should not be."""
    for check, rows in run_queries(warehouse.path, load_checks()):
        promise = check.documentation.split("\n")[0]
        shown = {str(number): str(row) for number, row in enumerate(rows.slice(0, MAX_ROWS).to_pylist(), 1)}
        yield dg.AssetCheckResult(
            asset_key="inspections_database",
            check_name=check.name,
            passed=not rows.num_rows,
            severity=dg.AssetCheckSeverity.ERROR if is_blocking(check) else dg.AssetCheckSeverity.WARN,
            description=f"Rows that break this: {rows.num_rows}. {promise}",
            metadata=shown,
        )
