"""Asset checks: the rules of the dataset, which rows violate them, and what a person does next.

Rules about one report (``assets/parsing/invariants.py``) do not block: the rows of ``extraction_issues``
state the violation. Rules about tables (``BLOCKING_CHECKS``) block the database, so the previous one remains.
Rules across tables (``sql/checks``) are evaluated on the new database; those of severity blocking prevent a
release.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from assets.archive.archive import stored_file_path
from assets.database.build import count_database_rows
from assets.database.sql_checks import is_blocking, load_checks, run_queries
from assets.extraction.acknowledgements import ACKNOWLEDGED
from assets.extraction.evidence import ReportPage, page_images
from assets.extraction.worker_pool import WorkerFailure
from assets.parsing.invariants import CODES
from assets.resources import Warehouse
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from assets.storage import parquet_store
from assets.table_assets import png_metadata

#: A check shows the page of the issue for this number of reports; ``inspections evidence`` draws any page.
MAX_IMAGES = 3
#: A check of the database shows this number of rows.
MAX_ROWS = 20

#: The share of its rows that a table may lose between two databases; a larger loss blocks the database.
MAX_LOST_SHARE = 0.1
#: Tables of problems and reviews: fewer rows are an improvement, not a loss.
MAY_SHRINK = frozenset({"extraction_issues", "listing_issues", "acknowledged_issues", "corrections"})

#: The checks that block the database.
BLOCKING_CHECKS = tuple(
    dg.AssetCheckKey(dg.AssetKey("extraction_issues"), name)
    for name in ("references_resolve", "rows_kept", "tables_as_declared")
)

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}

#: What a person does about reports with an issue, by code; the entry "" is for all other codes.
_NEXT_STEPS = {
    "missing": "Follow the links: the file is requested again a week after it was found missing. If it is"
    " there now, launch update_reports for its year",
    **dict.fromkeys(
        ("unreadable", "no_text", "too_many_pages"),
        "Open the file. If it is damaged and the site has a good one now, launch update_reports for its year"
        " with revalidate: true; until then the report has no rows",
    ),
    "crashed": "The report is read again in every run of its year: launch update_reports for it. If it fails"
    " again, inspect the file",
    "": "Follow the links to the report and look at the pages below; `inspections evidence REPORT` draws"
    " others. If the report is wrong, add a line to assets/extraction/data/corrections.csv, or to"
    " acknowledged.csv beside it if there is nothing to correct; if the parser is wrong, fix it. Then launch"
    " update_reports for the years of the reports",
}
#: What a person does about tables that violate their declaration.
_REBUILD = (
    "Launch build_dataset for the years of the rows listed, or for all years: damaged files are rebuilt from"
    " the archive. If the result is the same, the code is wrong, not the stored tables"
)

Row = dict[str, Any]


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            code, asset="extraction_issues", description=f"No report has the issue: {declared.meaning}"
        )
        for code, declared in CODES.items()
    ]
)
def report_invariants(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Yield a result for each code of issues: the reports that have it, with the pages of the first few."""
    issues = parquet_store.read(warehouse.path, "extraction_issues").to_pylist()
    reports = {row["report_id"]: row for row in parquet_store.read(warehouse.path, "reports").to_pylist()}
    drawable = [
        row
        for row in issues
        if row["severity"] == "error" and reports[row["report_id"]]["status"] == "partial"
    ]
    shown = {code: _first_pages(row for row in drawable if row["code"] == code) for code in CODES}
    images = _page_metadata(warehouse.path, {page for pages in shown.values() for page in pages})
    for code, declared in CODES.items():
        details = _details(row for row in issues if row["code"] == code and row["severity"] != ACKNOWLEDGED)
        acknowledged = _details(
            row for row in issues if row["code"] == code and row["severity"] == ACKNOWLEDGED
        )
        pages = {f"{report_id}, page {page}": images[report_id, page] for report_id, page in shown[code]}
        links = [
            _report_metadata(reports[report_id], detail, warehouse)
            for report_id, detail in {**acknowledged, **details}.items()
        ]
        yield dg.AssetCheckResult(
            asset_key="extraction_issues",
            check_name=code,
            passed=not details,
            severity=_SEVERITY[declared.severity],
            description=_describe(code, declared.meaning, details, reports, acknowledged),
            metadata={key: value for entries in (*links, pages) for key, value in entries.items()},
        )


def _describe(
    code: str,
    meaning: str,
    details: Mapping[str, str],
    reports: Mapping[str, Row],
    acknowledged: Iterable[str],
) -> str:
    if not details:
        ids = ", ".join(sorted(acknowledged))
        exceptions = f". Acknowledged in reports {ids}" if ids else ""
        return f"No report has the issue: {meaning}{exceptions}"
    years = sorted({reports[report_id]["publication_year"] for report_id in details})
    next_step = _NEXT_STEPS.get(code, _NEXT_STEPS[""])
    return f"Reports with the issue: {len(details)}, of {', '.join(map(str, years))}. {meaning}. {next_step}."


def _report_metadata(report: Row, detail: str, warehouse: Warehouse) -> dict[str, dg.MetadataValue[Any]]:
    """Return the issue of a report, the address of its file, and the path of its archived file."""
    report_id = report["report_id"]
    metadata: dict[str, dg.MetadataValue[Any]] = {
        report_id: dg.MetadataValue.text(detail),
        f"{report_id}, source": dg.MetadataValue.url(report["source_url"]),
    }
    if report["sha256"]:
        file = stored_file_path(warehouse.archive, report["sha256"])
        metadata[f"{report_id}, file"] = dg.MetadataValue.path(file.resolve())
    return metadata


def _details(issues: Iterable[Row]) -> dict[str, str]:
    """Return the details of the issues of each report, by report_id."""
    details: dict[str, list[str]] = defaultdict(list)
    for row in issues:
        details[row["report_id"]].append(row["detail"])
    return {report_id: "; ".join(texts) for report_id, texts in details.items()}


def _first_pages(issues: Iterable[Row]) -> list[tuple[str, int]]:
    """Return the page of the first issue of each of the first reports; page 1 if the issue names none."""
    pages: dict[str, int] = {}
    for row in issues:
        pages.setdefault(row["report_id"], row["page"] or 1)
    return list(pages.items())[:MAX_IMAGES]


def _page_metadata(warehouse: Path, pages: Iterable[ReportPage]) -> dict[ReportPage, dg.MetadataValue[Any]]:
    """Return images of report pages with the boxes of their rows, or the reason why there is none."""
    return {
        page: dg.MetadataValue.text(png.reason)
        if isinstance(png, WorkerFailure)
        else png_metadata(png, "page")
        for page, png in page_images(warehouse, pages).items()
    }


@dg.asset_check(asset="extraction_issues", blocking=True)
def references_resolve(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every reference points to an existing row: reports to authorities, findings to sections, and so on."""
    violations = check_references({name: parquet_store.read(warehouse.path, name) for name in TABLES})
    return dg.AssetCheckResult(
        passed=not violations,
        description="; ".join(map(str, violations)) or "Every reference resolves",
        metadata={"next": _REBUILD} if violations else {},
    )


@dg.asset_check(asset="extraction_issues", blocking=True)
def tables_as_declared(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every stored table has the declared columns, types and vocabularies, and a unique key."""
    violations = [violation for name in TABLES for violation in _table_violations(warehouse.path, name)]
    return dg.AssetCheckResult(
        passed=not violations,
        description="; ".join(violations) or "Every table matches its declaration",
        metadata={"next": _REBUILD} if violations else {},
    )


def _table_violations(warehouse: Path, name: str) -> list[str]:
    try:
        return list(map(str, check_rows(TABLES[name], parquet_store.read(warehouse, name))))
    except parquet_store.ReadError as error:
        return [str(error)]


@dg.asset_check(asset="extraction_issues", blocking=True)
def rows_kept(warehouse: Warehouse) -> dg.AssetCheckResult:
    """No table of data has lost more than a tenth of its rows since the last database was built."""
    before = count_database_rows(warehouse.path)
    now = {name: parquet_store.count_rows(warehouse.path, name) for name in TABLES}
    lost = {
        name: f"{name} has {now[name]} rows, the database has {count}"
        for name, count in before.items()
        if name not in MAY_SHRINK and now[name] < (1 - MAX_LOST_SHARE) * count
    }
    return dg.AssetCheckResult(
        passed=not lost,
        description="; ".join(lost.values()) or "No table has shrunk",
        metadata={
            "next": f"A table that loses more than {MAX_LOST_SHARE:.0%} of its rows blocks the database."
            " Compare the years with their earlier materialisations. If the loss is correct, materialise"
            " inspections_database alone: no check runs before it"
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
def sql_checks(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Yield a result for each file of ``sql/checks``, with the first rows that violate the rule."""
    for check, rows in run_queries(warehouse.path, load_checks()):
        rule = check.documentation.split("\n")[0]
        shown = {str(number): str(row) for number, row in enumerate(rows.slice(0, MAX_ROWS).to_pylist(), 1)}
        yield dg.AssetCheckResult(
            asset_key="inspections_database",
            check_name=check.name,
            passed=not rows.num_rows,
            severity=dg.AssetCheckSeverity.ERROR if is_blocking(check) else dg.AssetCheckSeverity.WARN,
            description=f"Rows that violate the rule: {rows.num_rows}. {rule}",
            metadata=shown,
        )
