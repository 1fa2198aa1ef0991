"""Dagster's face of the release: the database that everybody queries, and pictures of its evidence."""

from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import monotonic

import dagster as dg

from assets.extraction.workers import Lost, in_workers
from assets.reading.evidence import picture
from assets.release import database, releases
from assets.release.evidence import EvidenceError, page_boxes
from assets.tables.assets import OWNERS
from assets.tables.places import at_hand
from assets.tables.schemas import TABLES
from orchestration.resources import WRITER_POOL, Warehouse

#: A report, by its number, and one of its pages, from 1.
Place = tuple[str, int]


@dg.asset(deps=list(TABLES), group_name="release", kinds={"duckdb", "sql"}, owners=OWNERS, pool=WRITER_POOL)
def inspections_database(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """All tables with their keys and comments, and the views of ``sql``, in one DuckDB file.

    It is built aside and swapped in whole: whoever queries sees the last good database or the next one.
    """
    began = monotonic()
    holds = database.version(warehouse.path)
    rows = database.build(warehouse.path)
    path = database.location(warehouse.path)
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
    deps=["inspections_database"], group_name="release", kinds={"duckdb", "parquet", "csv"}, owners=OWNERS
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


def page_pictures(warehouse: Path, places: Iterable[Place]) -> dict[Place, bytes | Lost]:
    """Draw pages of reports with what was read on them, in a worker, as files from outside are read.

    Returns:
        By report and page a small PNG, or why there is none.
    """
    drawn: dict[Place, bytes | Lost] = {}
    calls = {}
    with ExitStack() as copies:
        for place in sorted(places):
            try:
                file, boxes = page_boxes(warehouse, *place)
                calls[place] = (copies.enter_context(at_hand(file)), place[1], boxes)
            except EvidenceError as error:
                drawn[place] = Lost(str(error))
        pictures = in_workers(partial(picture, small=True), calls.values(), processes=1)
        return drawn | dict(zip(calls, pictures, strict=True))
