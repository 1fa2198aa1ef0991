"""The asset definition of the database."""

from pathlib import Path
from time import monotonic

import dagster as dg

from assets.database.build import build_database, content_version, database_path, file_state
from assets.progress import announce
from assets.resources import WRITER_POOL, Warehouse
from assets.schema.tables import TABLES
from assets.table_assets import OWNERS

#: Metadata key of the state of the file after the build: another state means that the file was changed.
FILE_STATE = "file_state"


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
        and built.tags.get("dagster/data_version") == content_version(warehouse)
    )


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
            FILE_STATE: file_state(path),
            "file": dg.MetadataValue.path(str(path.resolve())),
        },
        data_version=dg.DataVersion(data_version),
    )
