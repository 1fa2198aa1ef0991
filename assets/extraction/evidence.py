"""Where to look to trust a row: the page of its report with its box drawn on it.

``python -m assets.extraction.evidence WAREHOUSE REPORT`` draws all judgements of a report, or one row
(``--area``, ``--finding``, ``--recommendation``), or everything read on one page (``--page``). The pictures
go into ``<warehouse>/evidence``, or the folder of ``--to``; what cannot be drawn is
one line on stderr and exit code 1.
"""

import argparse
import sys
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
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import local_copy, resolve_path

#: The tables whose rows have boxes, each with the column that names a row within its report.
DRAWN: Mapping[str, str] = {"judgements": "area", "findings": "ordinal", "recommendations": "ordinal"}

#: What the command line calls a row of each table.
_OPTIONS = {"judgements": "area", "findings": "finding", "recommendations": "recommendation"}

Row = dict[str, Any]
#: A report, by its number, and one of its pages, from 1.
ReportPage = tuple[str, int]


class EvidenceError(Exception):
    """There is nothing to draw: one sentence that names the report and says why."""


def draw(warehouse: Path, table: str, report_id: str, key: str, folder: Path) -> list[Path]:
    """Draw where a row was read, a picture for each of its pages; return where the pictures lie.

    Args:
        warehouse: holds the store and the archive.
        table: one of ``DRAWN``.
        report_id: the report.
        key: the row's area, or its ordinal; every row of the report if empty.
        folder: gets ``<report>-<table>-<key>-page-<page>.png``.

    Raises:
        EvidenceError: the report is not there, has no file, or no such row that stands on a page.
        ReadError: the store is broken.
        WriteError: a picture cannot be written.
    """
    report = _report(warehouse, report_id)
    pages: dict[int, list[Edges]] = defaultdict(list)
    for own, page, edges in _places(warehouse, report, table):
        if key in ("", own):
            pages[page].append(edges)
    if not pages:
        which = f"{_OPTIONS[table]} {key}" if key else "row"
        raise EvidenceError(f"report {report_id} has no {which} in {table} that stands on a page")
    name = f"{report_id}-{table}{key and '-'}{key}"
    with local_copy(_file(warehouse, report)) as pdf:
        return [
            _written(folder / f"{name}-page-{page}.png", render_page(pdf, page, boxes))
            for page, boxes in sorted(pages.items())
        ]


def page_image(warehouse: Path, report_id: str, page: int, *, small: bool = False) -> bytes:
    """Draw a page of a report with a box for everything that was read on it, as a PNG.

    Raises:
        EvidenceError: the report is not there, has no file, or no such page.
        ReadError: the store is broken.
    """
    file, boxes = page_boxes(warehouse, report_id, page)
    try:
        with local_copy(file) as pdf:
            return render_page(pdf, page, boxes, small=small)
    except IndexError as error:
        raise EvidenceError(f"report {report_id}: {error}") from error


def page_images(warehouse: Path, pages: Iterable[ReportPage]) -> dict[ReportPage, bytes | WorkerFailure]:
    """Draw pages of reports with what was read on them, in a worker, as files from outside are read.

    Returns:
        By report and page a small PNG, or why there is none.
    """
    drawn: dict[ReportPage, bytes | WorkerFailure] = {}
    calls = {}
    with ExitStack() as copies:
        for page in sorted(pages):
            try:
                file, boxes = page_boxes(warehouse, *page)
                calls[page] = (copies.enter_context(local_copy(file)), page[1], boxes)
            except EvidenceError as error:
                drawn[page] = WorkerFailure(str(error))
        pictures = run_in_pool(partial(render_page, small=True), calls.values(), processes=1)
        return drawn | dict(zip(calls, pictures, strict=True))


def page_boxes(warehouse: Path, report_id: str, page: int) -> tuple[Path, list[Edges]]:
    """Return the file of a report, and the boxes of everything that was read on one of its pages.

    Raises:
        EvidenceError: the report is not there, or has no file.
        ReadError: the store is broken.
    """
    report = _report(warehouse, report_id)
    boxes = [edges for table in DRAWN for _, on, edges in _places(warehouse, report, table) if on == page]
    return _file(warehouse, report), boxes


def _places(warehouse: Path, report: Row, table: str) -> Iterator[tuple[str, int, Edges]]:
    """Give the key, page and edges of every box of a report's rows in a table."""
    for row in _rows(warehouse, table, report["report_id"], report["publication_year"]):
        for box in row.get("boxes", [row]):
            if box["page"] is not None:  # as it is where a judgement was not found
                yield str(row[DRAWN[table]]), box["page"], (box["x0"], box["top"], box["x1"], box["bottom"])


def _report(warehouse: Path, report_id: str) -> Row:
    for row in _rows(warehouse, "reports", report_id):
        return row
    raise EvidenceError(f"there is no report {report_id} in {warehouse}")


def _rows(warehouse: Path, table: str, report_id: str, year: int | None = None) -> list[Row]:
    rows = parquet_store.read(warehouse, table, year)
    found: list[Row] = rows.filter(pc.equal(rows["report_id"], pa.scalar(report_id))).to_pylist()
    return found


def _file(warehouse: Path, report: Row) -> Path:
    path = stored_file_path(warehouse / "archive", report["sha256"] or "")
    if not path.is_file():
        raise EvidenceError(f"the file of report {report['report_id']} is not in the archive")
    return path


def _written(path: Path, png: bytes) -> Path:
    with atomic_write(path) as beside:
        beside.write_bytes(png)
    return path


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m assets.extraction.evidence")
    parser.add_argument("warehouse", type=resolve_path)
    parser.add_argument("report", help="the number in the address of the report's file")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--area", help="the judgement on this area")
    which.add_argument("--finding", help="the finding of this ordinal")
    which.add_argument("--recommendation", help="the recommendation of this ordinal")
    which.add_argument("--page", type=int, help="everything read on this page")
    parser.add_argument("--to", type=Path, help="folder for the pictures (default: <warehouse>/evidence)")
    given = parser.parse_args()
    folder = given.to or given.warehouse / "evidence"
    try:
        if given.page:
            png = page_image(given.warehouse, given.report, given.page)
            paths = [_written(folder / f"{given.report}-page-{given.page}.png", png)]
        else:
            table = next((name for name, option in _OPTIONS.items() if getattr(given, option)), "judgements")
            key = getattr(given, _OPTIONS[table]) or ""
            paths = draw(given.warehouse, table, given.report, key, folder)
    except (EvidenceError, parquet_store.ReadError, WriteError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{path}\n" for path in paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
