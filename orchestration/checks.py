"""Asset checks: what must hold of the tables, and which reports break what.

Keys, types and vocabularies are refused when a table is written; what is checked here looks across tables
or tells people about reports. Issues of reports do not stop a release: the rows say so themselves. A
reference that leads nowhere does.
"""

from collections.abc import Iterator

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.extraction.invariants import CODES
from assets.tables import store
from assets.tables.checks import check_references
from assets.tables.schemas import TABLES
from orchestration.resources import Warehouse

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(code, asset="extraction_issues", description=f"No report has this: {meaning}")
        for code, (_, meaning) in CODES.items()
    ]
)
def invariants_of_reports(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Tell for each invariant which reports break it, over all years."""
    issues = store.read(warehouse.path, "extraction_issues")
    for code, (severity, meaning) in CODES.items():
        rows = issues.filter(pc.equal(issues.column("code"), pa.scalar(code))).to_pylist()
        yield dg.AssetCheckResult(
            asset_key="extraction_issues",
            check_name=code,
            passed=not rows,
            severity=_SEVERITY[severity],
            description=f"{len(rows)} reports: {meaning}" if rows else f"none: {meaning}",
            metadata={row["report_id"]: row["detail"] for row in rows},
        )


@dg.asset_check(asset="extraction_issues", blocking=True)
def references_resolve(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every row refers to rows that exist: reports to authorities, findings to sections, and so on."""
    faults = check_references({name: store.read(warehouse.path, name) for name in TABLES})
    return dg.AssetCheckResult(
        passed=not faults, description="; ".join(map(str, faults)) or "every reference resolves"
    )
