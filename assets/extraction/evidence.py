"""Evidence images: the pages of a report with the bounding boxes of its rows drawn on them.

``draw_rows`` and ``draw_page`` write PNG files for a person who checks a row; ``page_image``, ``page_images``
and ``row_image`` return PNG bytes for the Dagster UI and the website. Rendering itself is in ``assets.pdf``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.archive.archive import stored_file_path
from assets.extraction.worker_pool import WorkerFailure, run_in_pool
from assets.pdf.pdfium_lines import Edges
from assets.pdf.render import render_page
from assets.storage import parquet_store
from assets.storage.atomic_write import atomic_write
from assets.storage.filesystem import local_copy

#: The tables whose rows have bounding boxes, each with the column that identifies a row within its report.
KEY_COLUMNS: Mapping[str, str] = {"judgements": "area", "findings": "ordinal", "recommendations": "ordinal"}

Row = dict[str, Any]
#: A report id and a page number, from 1.
ReportPage = tuple[str, int]


class EvidenceError(Exception):
    """There is nothing to draw. The message is one sentence that names the report and the reason."""


def draw_rows(warehouse: Path, table: str, report_id: str, key: str, folder: Path) -> list[Path]:
    """Draw the rows of a report, or one of them, and return the paths of the images, one per page.

    Args:
        warehouse: The warehouse with the Parquet tables and the archive.
        table: One of ``KEY_COLUMNS``.
        report_id: The report.
        key: The area or ordinal of one row; empty for all rows of the table.
        folder: The folder for the images ``<report>-<table>[-<key>]-page-<page>.png``.

    Raises:
        EvidenceError: The report does not exist, has no file, or has no such row with a bounding box.
        ReadError: A table cannot be read.
        WriteError: An image cannot be written.
    """
    report = _find_report(warehouse, report_id)
    boxes_by_page: dict[int, list[Edges]] = defaultdict(list)
    for row_key, page, edges in _boxes(warehouse, report, table):
        if key in ("", row_key):
            boxes_by_page[page].append(edges)
    if not boxes_by_page:
        rows = f"row with {KEY_COLUMNS[table]} {key}" if key else "rows"
        raise EvidenceError(f"report {report_id} has no {rows} in {table} to draw")
    stem = f"{report_id}-{table}{key and '-'}{key}"
    with local_copy(_archived_file(warehouse, report)) as pdf:
        return [
            _write(folder / f"{stem}-page-{page}.png", render_page(pdf, page, boxes))
            for page, boxes in sorted(boxes_by_page.items())
        ]


def draw_page(warehouse: Path, report_id: str, folder: Path, page: int) -> Path:
    """Draw all rows on a page of a report and return the path of the image, ``<report>-page-<page>.png``.

    Raises:
        EvidenceError: The report does not exist, has no file, or has no such page.
        ReadError: A table cannot be read.
        WriteError: The image cannot be written.
    """
    png = page_image(warehouse, report_id, page)
    return _write(folder / f"{report_id}-page-{page}.png", png)


def page_image(warehouse: Path, report_id: str, page: int, *, small: bool = False) -> bytes:
    """Return a PNG of a page of a report with the bounding boxes of all rows on it.

    Raises:
        EvidenceError: The report does not exist, has no file, or has no such page.
        ReadError: A table cannot be read.
    """
    file, boxes = _page_boxes(warehouse, report_id, page)
    try:
        with local_copy(file) as pdf:
            return render_page(pdf, page, boxes, small=small)
    except IndexError as error:
        raise EvidenceError(f"report {report_id}: {error}") from error


def row_image(warehouse: Path, table: str, report_id: str, key: str, page: int) -> bytes:
    """Return a PNG of a page with the bounding boxes of one row, drawn in a worker process.

    Args:
        warehouse: The warehouse with the Parquet tables and the archive.
        table: One of ``KEY_COLUMNS``.
        report_id: The report.
        key: The area or ordinal of the row.
        page: A page on which the row has a box, from 1.

    Raises:
        EvidenceError: The report does not exist or has no file, the row has no box on the page, or the page
            cannot be drawn.
        ReadError: A table cannot be read.
        WorkerPoolError: No worker process can be started.
    """
    report = _find_report(warehouse, report_id)
    boxes = [edges for *row, edges in _boxes(warehouse, report, table) if row == [key, page]]
    if not boxes:
        raise EvidenceError(
            f"report {report_id} has no row with {KEY_COLUMNS[table]} {key} in {table} on page {page}"
        )
    with local_copy(_archived_file(warehouse, report)) as pdf:
        [image] = run_in_pool(render_page, [(pdf, page, boxes)], processes=1)
    if isinstance(image, WorkerFailure):
        raise EvidenceError(f"page {page} of report {report_id} cannot be drawn: {image.reason}")
    return image


def page_images(warehouse: Path, pages: Iterable[ReportPage]) -> dict[ReportPage, bytes | WorkerFailure]:
    """Return small PNGs of pages with the bounding boxes of all rows on them, drawn in a worker process.

    A page that cannot be drawn has a ``WorkerFailure`` with the reason.

    Raises:
        ReadError: A table cannot be read.
        WorkerPoolError: No worker process can be started.
    """
    images: dict[ReportPage, bytes | WorkerFailure] = {}
    calls = {}
    with ExitStack() as copies:
        for report_page in sorted(pages):
            report_id, page = report_page
            try:
                file, boxes = _page_boxes(warehouse, report_id, page)
                calls[report_page] = (copies.enter_context(local_copy(file)), page, boxes)
            except EvidenceError as error:
                images[report_page] = WorkerFailure(str(error))
        results = run_in_pool(partial(render_page, small=True), calls.values(), processes=1)
        return images | dict(zip(calls, results, strict=True))


def _page_boxes(warehouse: Path, report_id: str, page: int) -> tuple[Path, list[Edges]]:
    """Return the file of a report and the bounding boxes of all rows on one of its pages."""
    report = _find_report(warehouse, report_id)
    boxes = [
        edges
        for table in KEY_COLUMNS
        for _, row_page, edges in _boxes(warehouse, report, table)
        if row_page == page
    ]
    return _archived_file(warehouse, report), boxes


def _boxes(warehouse: Path, report: Row, table: str) -> Iterator[tuple[str, int, Edges]]:
    """Yield row key, page and edges of every bounding box of a report's rows in a table."""
    for row in _read_rows(warehouse, table, report["report_id"], report["publication_year"]):
        for box in row.get("boxes", [row]):
            if box["page"] is not None:  # a judgement that was not found has no box
                yield (
                    str(row[KEY_COLUMNS[table]]),
                    box["page"],
                    (box["x0"], box["top"], box["x1"], box["bottom"]),
                )


def _find_report(warehouse: Path, report_id: str) -> Row:
    for row in _read_rows(warehouse, "reports", report_id):
        return row
    raise EvidenceError(f"report {report_id} is not in {warehouse}")


def _read_rows(warehouse: Path, table: str, report_id: str, year: int | None = None) -> list[Row]:
    rows = parquet_store.read(warehouse, table, year)
    matches: list[Row] = rows.filter(pc.equal(rows["report_id"], pa.scalar(report_id))).to_pylist()
    return matches


def _archived_file(warehouse: Path, report: Row) -> Path:
    path = stored_file_path(warehouse / "archive", report["sha256"] or "")
    if not path.is_file():
        raise EvidenceError(f"the file of report {report['report_id']} is not in the archive")
    return path


def _write(path: Path, png: bytes) -> Path:
    with atomic_write(path) as staged:
        staged.write_bytes(png)
    return path
