"""The asset of the database and its checks: ``rows_kept`` and the files of ``sql/checks``.

The checks are evaluated on the new file before it replaces the old one. A run that selects only the checks
evaluates them on the current database.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic

import dagster as dg
import duckdb
import pyarrow as pa
from pydantic import Field

from assets.database.build import (
    build_database,
    combined_version,
    content_version,
    count_database_rows,
    count_rows,
    database_path,
    file_state,
)
from assets.database.connection import connect
from assets.database.sql_checks import is_blocking, load_checks, run_on
from assets.database.sql_files import SqlFile
from assets.progress import announce
from assets.resources import WRITER_POOL, Warehouse
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.storage.filesystem import local_copy
from assets.table_assets import DATA_VERSION_TAG, OWNERS, TABLE_VERSIONS

DATABASE = dg.AssetKey("inspections_database")

#: Metadata key of the state of the file after the build: another state means that the file was changed.
FILE_STATE = "file_state"

#: A check shows this number of rows.
MAX_ROWS = 20
#: The share of its rows that a table must keep between two databases; a larger loss blocks the new one.
MIN_RETAINED_SHARE = 0.9
#: Tables of problems and reviews: fewer rows are an improvement, not a loss.
MAY_SHRINK = frozenset({"extraction_issues", "listing_issues", "acknowledged_issues", "corrections"})


class ChecksFailedError(Exception):
    """Blocking checks did not pass, so the old database remains. The message names them and their rows."""


class DatabaseConfig(dg.Config):
    """When a database is rejected because it lost rows."""

    min_retained_share: float = Field(
        default=MIN_RETAINED_SHARE,
        ge=0,
        le=1,
        description="Minimum share (0 to 1) of the rows of each table that the new database must keep. Below"
        " it the old database remains. Set 0 to accept a loss after checking that it is correct",
    )


def is_current(warehouse: Path, built: dg.AssetMaterialization | None) -> bool:
    """Return whether a materialization of the database describes the current file and tables.

    Raises:
        ReadError: A file of the store cannot be read.
    """
    if built is None or built.tags is None:
        return False
    state = built.metadata.get(FILE_STATE)
    return (
        state is not None
        and state.value == file_state(database_path(warehouse))
        and built.tags.get(DATA_VERSION_TAG) == content_version(warehouse)
    )


_ROWS_KEPT = dg.AssetCheckSpec(
    "rows_kept",
    asset=DATABASE,
    blocking=True,
    description="No table of data has lost more than a tenth of its rows since the previous database",
)
_CHECK_SPECS = [
    _ROWS_KEPT,
    *(
        dg.AssetCheckSpec(
            check.name, asset=DATABASE, description=check.documentation, blocking=is_blocking(check)
        )
        for check in load_checks()
    ),
]


@dg.multi_asset(
    name=DATABASE.to_user_string(),
    specs=[
        dg.AssetSpec(
            DATABASE,
            deps=list(TABLES),
            description="All tables with comments, and the views and macros of `sql`, in one DuckDB file.\n\n"
            "The database is written to a new file, which replaces the old one after its checks have passed:"
            " queries see the last complete database or the next one.",
            group_name="release",
            kinds={"duckdb", "sql"},
            owners=OWNERS,
        )
    ],
    check_specs=_CHECK_SPECS,
    can_subset=True,
    pool=WRITER_POOL,
)
def inspections_database(
    context: dg.AssetExecutionContext, config: DatabaseConfig, warehouse: Warehouse
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Build the database and evaluate its checks, or only the selected checks."""
    selected = {key.name for key in context.selected_asset_check_keys}
    path = database_path(warehouse.path)
    before = count_database_rows(warehouse.path)
    if DATABASE not in context.selected_asset_keys:
        with local_copy(path) as file, connect(file, read_only=True) as connection:
            yield from _evaluate(connection, selected, before, config.min_retained_share)
        return
    announce("Building the database")
    start = monotonic()
    versions = parquet_store.content_hashes(warehouse.path, *TABLES)
    results: list[dg.AssetCheckResult] = []

    def inspect(connection: duckdb.DuckDBPyConnection) -> None:
        results.extend(_evaluate(connection, selected, before, config.min_retained_share))
        if failed := [result for result in results if _blocks(result)]:
            raise ChecksFailedError(
                "; ".join(f"{result.check_name}: {result.description}" for result in failed)
            )

    try:
        row_counts = build_database(warehouse.path, inspect=inspect)
    except ChecksFailedError:
        yield from results
        raise
    yield dg.MaterializeResult(
        asset_key=DATABASE,
        metadata={
            "dagster/row_count": sum(row_counts.values()),
            "rows": row_counts,
            "seconds": round(monotonic() - start, 2),
            "size_bytes": path.stat().st_size,
            "file": dg.MetadataValue.path(str(path.resolve())),
            FILE_STATE: file_state(path),
            TABLE_VERSIONS: versions,
        },
        data_version=dg.DataVersion(combined_version(versions)),
    )
    yield from results


def _evaluate(
    connection: duckdb.DuckDBPyConnection, selected: set[str], before: Mapping[str, int], min_share: float
) -> Iterator[dg.AssetCheckResult]:
    """Yield the results of the selected checks of an open database."""
    if _ROWS_KEPT.name in selected:
        yield rows_kept(before, count_rows(connection), min_share)
    for check, rows in run_on(connection, [check for check in load_checks() if check.name in selected]):
        yield _sql_check_result(check, rows)


def rows_kept(before: Mapping[str, int], now: Mapping[str, int], min_share: float) -> dg.AssetCheckResult:
    """Return whether every table kept its share of rows, given the row counts of two databases."""
    lost = [
        f"{name} has {now.get(name, 0)} rows, the database has {count}"
        for name, count in before.items()
        if name not in MAY_SHRINK and now.get(name, 0) < min_share * count
    ]
    counts = {name: f"{before.get(name, 0)} before, {count} now" for name, count in now.items()}
    advice = (
        f"If a table loses more than {1 - min_share:.0%} of its rows, the previous database remains. Compare"
        " the years with their earlier materializations. If the loss is correct, run `inspections build"
        " --accept-loss`, or launch build_database with min_retained_share: 0 for inspections_database"
    )
    return dg.AssetCheckResult(
        asset_key=DATABASE,
        check_name=_ROWS_KEPT.name,
        passed=not lost,
        description="; ".join(lost) or "No table has shrunk",
        metadata={"rows": counts, **({"next": advice} if lost else {})},
    )


def _sql_check_result(check: SqlFile, rows: pa.Table) -> dg.AssetCheckResult:
    rule = check.documentation.split("\n")[0]
    shown = [{key: str(value) for key, value in row.items()} for row in rows.slice(0, MAX_ROWS).to_pylist()]
    return dg.AssetCheckResult(
        asset_key=DATABASE,
        check_name=check.name,
        passed=not rows.num_rows,
        severity=dg.AssetCheckSeverity.ERROR if is_blocking(check) else dg.AssetCheckSeverity.WARN,
        description=f"Rows that violate the rule: {rows.num_rows}. {rule}",
        metadata={"violations": rows.num_rows, "rows": shown},
    )


def _blocks(result: dg.AssetCheckResult) -> bool:
    return not result.passed and result.severity == dg.AssetCheckSeverity.ERROR
