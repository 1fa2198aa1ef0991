"""Dagster's face of the release: the database that everybody queries."""

import dagster as dg

from assets.release import database
from assets.tables.assets import OWNERS
from assets.tables.schemas import TABLES
from orchestration.resources import Warehouse


@dg.asset(deps=list(TABLES), group_name="release", kinds={"duckdb", "sql"}, owners=OWNERS)
def inspections_database(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """All tables with their keys and comments, and the views of ``sql``, in one DuckDB file.

    It is built aside and swapped in whole: whoever queries sees the last good database or the next one.
    """
    rows = database.build(warehouse.path)
    path = database.location(warehouse.path)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(rows.values()),
            "rows": {name: count for name, count in rows.items() if name in TABLES},
            "size_bytes": path.stat().st_size,
            "file": dg.MetadataValue.path(path),
        }
    )
