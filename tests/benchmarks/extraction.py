"""Measures the reading of reports, in units that do not depend on the machine.

The unit is a raw decoding: pdfium taking the text of every page of the same report, and nothing else. The
compared programs read each report one after the other, in turn, and the figures are medians over reports of
processor time, so that a busy machine affects all of them alike.
"""

import gc
import random
import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from unittest.mock import patch

import pdfplumber
import pypdfium2 as pdfium

from assets.extraction.worker_pool import read_reports
from assets.parsing.report import Publication, read_report
from assets.pdf.display import undisplayed_lines
from assets.pdf.pdfium_lines import Document, Line
from tests.benchmarks.figures import TWO_WORKERS, Figure

Work = list[tuple[Publication, Path]]

#: Reports of which one page each is read by pdfplumber, which takes a hundred times as long.
PLUMBED_REPORTS = 60


def measure_extraction(work: Work) -> list[Figure]:
    """Return the figures of reading reports in this process, and with one and two workers."""
    chance = random.Random(2012)
    plumbed = set(chance.sample(range(len(work)), min(PLUMBED_REPORTS, len(work))))
    readings, checks, plumbings = [], [], []
    for number, (publication, path) in enumerate(work):
        content = path.read_bytes()
        pages = _decode(content)  # once before, so that caches are filled for all
        raw = _timed(lambda content=content: _decode(content))
        reading, check = _read(content, publication)
        readings.append(reading / raw)
        checks.append(check / (reading - check))
        if number in plumbed:
            page = chance.randrange(pages)
            plumbing = _timed(lambda path=path, page=page: _plumb(path, page))
            plumbings.append(plumbing * pages / reading)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    one, two = (_timed(lambda count=count: _drain(work, count), perf_counter) for count in (1, 2))
    return [
        Figure("extraction", "a report, in raw decodings", median(readings)),
        Figure("extraction", "the check of the display, share of the rest", median(checks)),
        Figure("extraction", "pdfplumber's lines, in readings", median(plumbings)),
        Figure("extraction", "two workers, times as fast as one", one / two),
        Figure("extraction", TWO_WORKERS, two),
        Figure("extraction", "peak memory of a process that reads all, MB", peak),
    ]


def _timed(run: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    gc.collect()
    start = clock()
    run()
    return clock() - start


def _read(content: bytes, publication: Publication) -> tuple[float, float]:
    """Read a report, and return the time of it and of the check of its display, which is part of it."""
    check = 0.0

    def timed_check(document: Document, lines: Sequence[Line]) -> list[tuple[Line, str]]:
        nonlocal check
        start = process_time()
        undisplayed = undisplayed_lines(document, lines)
        check += process_time() - start
        return undisplayed

    with patch("assets.parsing.report.undisplayed_lines", timed_check):
        return _timed(lambda: read_report(content, publication)), check


def _decode(content: bytes) -> int:
    """Take the text of every page, and return the number of pages."""
    with pdfium.PdfDocument(content) as document:
        for page in document:
            page.get_textpage().get_text_range(errors="replace")
        return len(document)


def _drain(work: Work, processes: int) -> None:
    for _ in read_reports(work, processes):
        pass


def _plumb(path: Path, page: int) -> None:
    with pdfplumber.open(path) as document:
        document.pages[page].extract_text_lines()
