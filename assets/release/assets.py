"""The asset definition of the release."""

from pathlib import Path

import dagster as dg

from assets.release import pruning, releases
from assets.release.validation import ReleaseError
from assets.resources import WRITER_POOL, Warehouse
from assets.settings import read_settings
from assets.table_assets import OWNERS

_NOTHING_CHANGED = "Nothing changed since the current release: no release was made"


@dg.asset(
    deps=["inspections_database"],
    group_name="release",
    kinds={"duckdb", "parquet", "csv"},
    owners=OWNERS,
    pool=WRITER_POOL,
)
def release(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """The complete dataset as an immutable folder: DuckDB, Parquet, CSV, a workbook and their documentation.

    A release is made only if the data changed. It becomes the current one after all its files were read back
    and compared. Earlier releases of the same month then keep their Parquet files and documents only.
    """
    new = releases.publish(warehouse.path)
    folder = new or releases.current(warehouse.path)
    if new is None:
        context.log.info(_NOTHING_CHANGED)
    if folder and read_settings().prune_releases:
        _prune_replaced(context, folder)
    return dg.MaterializeResult(
        metadata={
            "released": new is not None,
            "note": "A new release" if new else _NOTHING_CHANGED,
            "version": folder.name if folder else "",
            "folder": dg.MetadataValue.path(str(folder or warehouse.path)),
            "size_bytes": sum(path.stat().st_size for path in folder.rglob("*")) if folder else 0,
        }
    )


def _prune_replaced(context: dg.AssetExecutionContext, newest: Path) -> None:
    """Prune the replaced releases; one that is damaged keeps all its files."""
    for folder, successor in pruning.replaced_releases(newest):
        try:
            pruning.prune(folder, successor)
        except ReleaseError as error:
            context.log.warning(f"All files are kept: {error}")
