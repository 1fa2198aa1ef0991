"""Asset checks: what must hold of the tables, and which reports break what.

Keys, types and vocabularies are refused when a table is written; what is checked here looks across tables
or tells people about reports. Issues of reports do not stop a release: the rows say so themselves. A
reference that leads nowhere does.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.extraction.invariants import CODES
from assets.extraction.workers import Lost, in_workers
from assets.release.evidence import page_picture
from assets.tables import store
from assets.tables.checks import check_references
from assets.tables.schemas import TABLES
from orchestration.resources import Warehouse

#: Of so many reports, at most, a check shows the page where something is wrong; ``make evidence`` shows any.
MOST_PICTURES = 3

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}

Row = dict[str, Any]


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(code, asset="extraction_issues", description=f"No report has this: {meaning}")
        for code, (_, meaning) in CODES.items()
    ]
)
def invariants_of_reports(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Tell for each invariant which reports break it, over all years, and show where in the first few."""
    issues = store.read(warehouse.path, "extraction_issues").to_pylist()
    reports = store.read(warehouse.path, "reports")
    partial_ids = reports.filter(pc.equal(reports["status"], pa.scalar("partial")))["report_id"].to_pylist()
    drawable = [row for row in issues if row["severity"] == "error" and row["report_id"] in partial_ids]
    shown = {code: _first_pages(row for row in drawable if row["code"] == code) for code in CODES}
    pictures = _pictures(warehouse.path, {place for places in shown.values() for place in places})
    for code, (severity, meaning) in CODES.items():
        details = _details(row for row in issues if row["code"] == code)
        pages = {f"{report_id}, page {page}": pictures[report_id, page] for report_id, page in shown[code]}
        yield dg.AssetCheckResult(
            asset_key="extraction_issues",
            check_name=code,
            passed=not details,
            severity=_SEVERITY[severity],
            description=f"Reports with this: {len(details)}. {meaning}",
            metadata={**details, **pages},
        )


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
    return list(pages.items())[:MOST_PICTURES]


def _pictures(
    warehouse: Path, places: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], dg.MetadataValue[Any]]:
    """Draw pages of reports with what was read on them; the files are drawn as they are read, in workers."""
    places = sorted(places)
    drawn = in_workers(
        partial(page_picture, small=True), [(warehouse, *place) for place in places], processes=1
    )
    return {
        place: dg.MetadataValue.text(png.why) if isinstance(png, Lost) else _inline(png)
        for place, png in zip(places, drawn, strict=True)
    }


def _inline(png: bytes) -> dg.MarkdownMetadataValue:
    """Put a picture into the metadata themselves: the UI shows no file of ours."""
    return dg.MetadataValue.md(f"![page](data:image/png;base64,{b64encode(png).decode()})")


@dg.asset_check(asset="extraction_issues", blocking=True)
def references_resolve(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every row refers to rows that exist: reports to authorities, findings to sections, and so on."""
    faults = check_references({name: store.read(warehouse.path, name) for name in TABLES})
    return dg.AssetCheckResult(
        passed=not faults, description="; ".join(map(str, faults)) or "every reference resolves"
    )
