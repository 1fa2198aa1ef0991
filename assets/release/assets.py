"""Dagster's face of the release: the database that everybody queries, and the release made of it."""

from time import monotonic

import dagster as dg

from assets.database.build import build_database, content_version, database_path
from assets.progress import announce
from assets.release import releases
from assets.resources import WRITER_POOL, Warehouse
from assets.schema.tables import TABLES
from assets.table_assets import OWNERS


@dg.asset(deps=list(TABLES), group_name="release", kinds={"duckdb", "sql"}, owners=OWNERS, pool=WRITER_POOL)
def inspections_database(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """All tables with their keys and comments, and the views of ``sql``, in one DuckDB file.

    It is built aside and swapped in whole: whoever queries sees the last good database or the next one.
    """
    announce("Building the database")
    began = monotonic()
    holds = content_version(warehouse.path)
    rows = build_database(warehouse.path)
    path = database_path(warehouse.path)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(rows.values()),
            "rows": {name: count for name, count in rows.items() if name in TABLES},
            "seconds": round(monotonic() - began, 2),
            "size_bytes": path.stat().st_size,
            "file": dg.MetadataValue.path(str(path.resolve())),
        },
        data_version=dg.DataVersion(holds),
    )


@dg.asset(
    deps=["inspections_database"],
    group_name="release",
    kinds={"duckdb", "parquet", "csv"},
    owners=OWNERS,
    pool=WRITER_POOL,
)
def release(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """The whole dataset as a folder that never changes: DuckDB, Parquet, CSV, a workbook, their papers.

    It is made anew only if there is news, and named as the current one only once it was opened and checked.
    """
    made = releases.publish(warehouse.path)
    folder = made or releases.current(warehouse.path)
    if made is None:
        context.log.info("No news since the current release: nothing was released")
    return dg.MaterializeResult(
        metadata={
            "released": made is not None,
            "note": "A new release" if made else "No news since the current release: nothing was released",
            "version": folder.name if folder else "",
            "folder": dg.MetadataValue.path(str(folder or warehouse.path)),
            "size_bytes": sum(path.stat().st_size for path in folder.rglob("*")) if folder else 0,
        }
    )
