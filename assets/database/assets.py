"""The asset definition of the database."""

from time import monotonic

import dagster as dg

from assets.database.build import build_database, content_version, database_path
from assets.progress import announce
from assets.resources import WRITER_POOL, Warehouse
from assets.schema.tables import TABLES
from assets.table_assets import OWNERS


@dg.asset(deps=list(TABLES), group_name="release", kinds={"duckdb", "sql"}, owners=OWNERS, pool=WRITER_POOL)
def inspections_database(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """All tables with comments, and the views and macros of `sql`, in one DuckDB file.

    The database is written to a new file that replaces the old one: queries see the last complete database or
    the next one.
    """
    announce("Building the database")
    start = monotonic()
    data_version = content_version(warehouse.path)
    row_counts = build_database(warehouse.path)
    path = database_path(warehouse.path)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(row_counts.values()),
            "rows": row_counts,
            "seconds": round(monotonic() - start, 2),
            "size_bytes": path.stat().st_size,
            "file": dg.MetadataValue.path(str(path.resolve())),
        },
        data_version=dg.DataVersion(data_version),
    )
