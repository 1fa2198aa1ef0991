"""How fast the reading is: ``python -m tests.benchmarks.extraction CORPUS``.

Everything is measured as a ratio within one run, since machines are noisy, and compared with its bound; exit
code 1 if one is missed. Raw decoding is pdfium taking the text of every page and nothing else.
"""

import gc
import random
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

import pdfplumber
import pypdfium2 as pdfium

from assets.extraction.worker_pool import read_reports
from assets.parsing.report import Publication, read_report
from orchestration import report_folder

Work = list[tuple[Publication, Path]]

PLUMBED_PAGES = 60
#: What must hold: figure, bound, whether it may be at most or must be at least that.
BOUNDS = {
    "reading and extracting, in raw decodings": (3.0, "at most"),
    "pdfplumber's lines, in readings": (20.0, "at least"),
    "two processes, times as fast as one": (1.8, "at least"),
    "peak memory of a process that reads all, MB": (300.0, "at most"),
}


def main() -> int:
    """Run the command line."""
    work = report_folder.read_publications(Path(sys.argv[1]))
    pages = sum(_pages(path) for _, path in work)
    print(f"{len(work)} reports, {pages} pages")
    raw = _timed("raw decoding", lambda: _decode(path for _, path in work))
    reading = _timed("reading and extracting, in this process", lambda: _read(work))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    one = _timed("one worker", lambda: _drain(work, 1))
    two = _timed("two workers", lambda: _drain(work, 2))
    plumbed = _timed(f"pdfplumber's extract_text_lines, {PLUMBED_PAGES} pages", lambda: _plumb(work))
    figures = (
        reading / raw,
        (plumbed / PLUMBED_PAGES) / (reading / pages),
        one / two,
        peak,
    )
    print()
    missed = 0
    for (what, (bound, sense)), figure in zip(BOUNDS.items(), figures, strict=True):
        holds = figure <= bound if sense == "at most" else figure >= bound
        missed += not holds
        print(f"{what:45}{figure:9.2f}   {sense} {bound:g}{'' if holds else '   MISSED'}")
    return int(missed > 0)


def _timed(what: str, run: Callable[[], None]) -> float:
    gc.collect()
    began = perf_counter()
    run()
    seconds = perf_counter() - began
    print(f"{what:60}{seconds:8.2f} s", flush=True)
    return seconds


def _pages(path: Path) -> int:
    with pdfium.PdfDocument(path) as document:
        return len(document)


def _decode(paths: Iterable[Path]) -> None:
    for path in paths:
        with pdfium.PdfDocument(path.read_bytes()) as document:
            for page in document:
                page.get_textpage().get_text_range(errors="replace")


def _read(work: Work) -> None:
    for publication, path in work:
        read_report(path.read_bytes(), publication)


def _drain(work: Work, processes: int) -> None:
    for _ in read_reports(work, processes):
        pass


def _plumb(work: Work) -> None:
    chance = random.Random(2012)
    for _, path in chance.sample(work, PLUMBED_PAGES):
        with pdfplumber.open(path) as document:
            chance.choice(document.pages).extract_text_lines()


if __name__ == "__main__":
    sys.exit(main())
