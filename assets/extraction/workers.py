"""Reading many reports at once, each in a worker that may not run away with time or memory.

A file that kills its worker costs its own row and nothing else: the row says what happened.
"""

import resource
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from assets.extraction.report import Publication, read_report, without_rows
from assets.extraction.rows import Issue

SECONDS_PER_REPORT = 60
MEMORY_PER_WORKER = 2 * 1024**3  # address space; what a worker really holds stays under 300 MB
REPORTS_PER_WORKER = 200  # then a fresh one: pdfium's caches never outgrow a report's worth of work


def read_reports(
    work: Iterable[tuple[Publication, Path]], processes: int
) -> Iterator[tuple[Publication, dict[str, pa.Table]]]:
    """Read files in worker processes; give each publication with its rows, by table, in the given order."""
    with ProcessPool(
        max_workers=processes,
        max_tasks=REPORTS_PER_WORKER,
        initializer=_limit_memory,
        context=get_context("forkserver"),
    ) as pool:
        futures = [
            (publication, pool.schedule(_read_file, args=[path, publication], timeout=SECONDS_PER_REPORT))
            for publication, path in work
        ]
        for publication, future in futures:
            yield publication, _result(publication, future)


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_PER_WORKER, MEMORY_PER_WORKER))


def _read_file(path: Path, publication: Publication) -> dict[str, pa.Table]:
    return read_report(path.read_bytes(), publication)


def _result(publication: Publication, future: "Future[dict[str, pa.Table]]") -> dict[str, pa.Table]:
    try:
        return future.result()
    except TimeoutError:
        why = f"reading took longer than {SECONDS_PER_REPORT} seconds"
    except ProcessExpired as error:
        why = f"its worker died with exit code {error.exitcode}"
    except MemoryError:
        why = f"reading took more than {MEMORY_PER_WORKER // 1024**2} MB of memory"
    except Exception as error:  # noqa: BLE001 a hostile file may raise anything; its row names it
        why = f"{type(error).__name__}: {error}"
    return without_rows(publication, "unreadable", Issue("crashed", why))
