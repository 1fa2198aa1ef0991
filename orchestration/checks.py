"""Asset checks: the rules of the dataset, which rows violate them, and what a person does next.

Rules about one report (``assets/parsing/invariants``) do not block: the rows of ``extraction_issues``
state the violation. Rules about tables (``BLOCKING_CHECKS``) block the database, so the previous one remains.
Rules across tables (``sql/checks``) belong to the asset of the database (``assets/database/assets.py``):
those of severity blocking keep the previous database. The parts of ``inspections verify`` run every week.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

import assets.archive.assets
import assets.database.assets
import assets.extraction.assets
import assets.publications.assets
import assets.reference.assets
import assets.release.assets
import assets.themes.assets
import assets.website.assets
from assets.archive.archive import stored_file_path
from assets.extraction.acknowledgements import ACKNOWLEDGED
from assets.extraction.evidence import ReportPage, page_images
from assets.extraction.worker_pool import WorkerFailure
from assets.parsing.invariants.codes import CODES
from assets.resources import Warehouse
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from assets.storage import parquet_store
from assets.table_assets import png_metadata
from orchestration.verification import PARTS, verify_by_part

#: All assets of the project, as the packages define them.
ASSETS = [
    definition
    for definition in dg.load_assets_from_modules(
        (
            assets.reference.assets,
            assets.publications.assets,
            assets.archive.assets,
            assets.extraction.assets,
            assets.themes.assets,
            assets.database.assets,
            assets.release.assets,
            assets.website.assets,
        )
    )
    if isinstance(definition, dg.AssetsDefinition)
]

#: A check shows the page of the issue for this number of reports; ``inspections evidence`` draws any page.
MAX_IMAGES = 3
#: The description of a failed check lists this number of problems.
MAX_PROBLEMS = 20

#: The check of every table, which blocks the database.
AS_DECLARED = "as_declared"
BLOCKING_CHECKS = tuple(dg.AssetCheckKey(dg.AssetKey(name), AS_DECLARED) for name in TABLES)
#: The parts of ``inspections verify``, which run on a schedule of their own.
VERIFICATION_CHECKS = tuple(dg.AssetCheckKey(dg.AssetKey(part.asset), part.check) for part in PARTS)

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


def _declaration_checks(definition: dg.AssetsDefinition) -> dg.AssetChecksDefinition:
    """Return the checks of the tables that one op writes."""
    tables = sorted({key.to_user_string() for key in definition.keys} & TABLES.keys())
    referenced = {table for name in tables for table in _referenced_tables(name)}

    @dg.multi_asset_check(
        name=f"{definition.op.name}_declarations",
        specs=[
            dg.AssetCheckSpec(
                AS_DECLARED,
                asset=table,
                additional_deps=sorted(referenced - set(tables)),
                blocking=True,
                description="Columns, types, vocabularies and keys are as declared, and references resolve",
            )
            for table in tables
        ],
        can_subset=True,
    )
    def declarations(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        selected = sorted(key.asset_key.to_user_string() for key in context.selected_asset_check_keys)
        for table, violations in table_violations(warehouse.path, selected).items():
            yield dg.AssetCheckResult(
                asset_key=table,
                check_name=AS_DECLARED,
                passed=not violations,
                description="; ".join(violations) or "The table matches its declaration",
                metadata={"next": _REBUILD} if violations else {},
            )

    return declarations


def _referenced_tables(name: str) -> set[str]:
    """Return the tables that a table references and that exist before it.

    ``authorities`` is written after the listing, from which it takes provisional rows. The database enforces
    the references of the listing to it.
    """
    after_listing = {"authorities"} if name in ("publications", "listing_issues") else set()
    return {reference.table for reference in TABLES[name].references} - after_listing


def table_violations(warehouse: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the violations of the declaration of each table, and of its references to other tables."""
    violations: dict[str, list[str]] = {name: [] for name in names}
    referenced = {table for name in violations for table in _referenced_tables(name)}
    tables: dict[str, pa.Table] = {}
    for name in sorted(violations.keys() | referenced):
        try:
            tables[name] = parquet_store.read(warehouse, name)
        except parquet_store.ReadError as error:
            if name in violations:
                violations[name].append(str(error))
    for name in violations.keys() & tables.keys():
        violations[name] += map(str, check_rows(TABLES[name], tables[name]))
    for violation in check_references(tables):
        if violation.table in violations:
            violations[violation.table].append(str(violation))
    return violations


declaration_checks = [
    _declaration_checks(definition)
    for definition in ASSETS
    if {key.to_user_string() for key in definition.keys} & TABLES.keys()
]


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(part.check, asset=part.asset, description=f"{part.rule}. Evaluated every week")
        for part in PARTS
    ],
    can_subset=True,
)
def verification(
    context: dg.AssetCheckExecutionContext, warehouse: Warehouse
) -> Iterator[dg.AssetCheckResult]:
    """Yield a result for each selected part of ``inspections verify``, with the first problems."""
    selected = {key.name for key in context.selected_asset_check_keys}
    parts = [part for part in PARTS if part.check in selected]
    problems = verify_by_part(warehouse.path, parts)
    for part in parts:
        found = problems[part.check]
        yield dg.AssetCheckResult(
            asset_key=part.asset,
            check_name=part.check,
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN if part.warning else dg.AssetCheckSeverity.ERROR,
            description="; ".join(found[:MAX_PROBLEMS]) or part.rule,
            metadata={"problems": len(found)},
        )
