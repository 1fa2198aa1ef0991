"""Work on files from outside, each in a process that may not run away with time or memory.

A file that kills its worker costs its own row and nothing else: the row says what happened. Workers that do
not even start are no file's fault, and end the run. They have no business on the network, and Python's
sockets are shut to them; pdfium and pdfminer know none.
"""

import resource
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeVar

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from assets.parsing.models import Issue
from assets.parsing.report import Publication, empty_tables, read_report
from assets.storage.filesystem import local_copy

SECONDS_PER_FILE = 60
#: Within this time a worker begins with what is next, even where one has to be started for it.
SECONDS_TO_START = 60
#: Address space that a file may take beyond what its worker held before it. A good one takes a tenth of it;
#: what a worker really holds, Python and all, stays under 300 MB.
MEMORY_PER_FILE = 512 * 1024**2  # bytes
#: A pool breaks if a worker dies with nothing to do, or before the pool knows what it was at. Of so many
#: in a row without a result the last is not replaced.
MAX_POOL_RESTARTS = 3
FILES_PER_WORKER = 200  # then a fresh one: pdfium's caches never outgrow a report's worth of work

_MEGABYTES = MEMORY_PER_FILE // 1024**2

T = TypeVar("T")


class WorkerPoolError(Exception):
    """No worker process can be started; one sentence."""


@dataclass(frozen=True)
class WorkerFailure:
    """A call that came to nothing, and why."""

    why: str
    in_time: bool = True


def read_reports(
    work: Iterable[tuple[Publication, Path]], processes: int
) -> Generator[tuple[Publication, dict[str, pa.Table]], None, None]:
    """Read files in worker processes; give each publication with its rows, by table, in the given order.

    What took too long is tried once more with the first reader alone: it may be the second that needed the
    time, and what the first has read is not to be lost with it.
    """
    with ExitStack() as copies:
        calls = [(copies.enter_context(local_copy(path)), publication) for publication, path in work]
        with closing(run_in_pool(_read_file, calls, processes)) as results:
            for (path, publication), result in zip(calls, results, strict=True):
                yield publication, _rows(publication, path, result)


def _rows(
    publication: Publication, path: Path, result: dict[str, pa.Table] | WorkerFailure
) -> dict[str, pa.Table]:
    if isinstance(result, WorkerFailure) and not result.in_time:
        [result] = run_in_pool(_read_file, [(path, publication, result.why)], processes=1)
    if isinstance(result, WorkerFailure):
        return empty_tables(publication, "unreadable", Issue("crashed", result.why))
    return result


def _read_file(path: Path, publication: Publication, once: str = "") -> dict[str, pa.Table]:
    return read_report(path.read_bytes(), publication, once)


def run_in_pool(
    function: Callable[..., T], calls: Iterable[Sequence[Any]], processes: int
) -> Generator[T | WorkerFailure, None, None]:
    """Call a function of some module in worker processes; give what each call returns, in the given order.

    When this ends, or is closed before, no worker is left.

    Raises:
        WorkersError: no worker process can be started.
    """
    calls = list(calls)
    done = broken = 0
    while done < len(calls):
        try:
            with closing(_in_a_pool(function, calls[done:], processes)) as outcomes:
                for outcome in outcomes:
                    yield outcome
                    done, broken = done + 1, 0
        except BrokenProcessPool as error:
            broken += 1
            if broken == MAX_POOL_RESTARTS:
                raise WorkerPoolError("worker processes die as soon as they are started") from error


def _in_a_pool(
    function: Callable[..., T], calls: Sequence[Sequence[Any]], processes: int
) -> Generator[T | WorkerFailure, None, None]:
    pool = ProcessPool(
        max_workers=processes,
        max_tasks=FILES_PER_WORKER,
        initializer=_confine,
        context=get_context("forkserver"),
    )
    try:
        futures: list[Future[T]] = [
            pool.schedule(function, args=call, timeout=SECONDS_PER_FILE) for call in calls
        ]
        yield from map(_outcome, futures)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _outcome(future: "Future[T]") -> T | WorkerFailure:
    """Wait for the call that is next: those before it are done, so that a worker has it or is free for it."""
    try:
        return future.result(timeout=SECONDS_PER_FILE + SECONDS_TO_START)
    except BrokenProcessPool:
        raise  # no file's fault, as far as anyone can tell
    except TimeoutError as error:
        if not future.done():  # else it is pebble's, for the call itself
            raise WorkerPoolError(f"no worker process started within {SECONDS_TO_START} seconds") from error
        return WorkerFailure(f"reading took longer than {SECONDS_PER_FILE} seconds", in_time=False)
    except ProcessExpired as error:
        return WorkerFailure(_death(error.exitcode))
    except MemoryError:
        return WorkerFailure(f"reading took more than {_MEGABYTES} MB of memory")
    except OSError as error:
        return WorkerFailure(f"its file could not be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 a hostile file may raise anything; its row names it
        return WorkerFailure(shorten(f"{type(error).__name__}: {error}", 200))


def _death(exitcode: int) -> str:
    """Say what a worker died of; pdfium aborts where it is refused memory."""
    if exitcode == -signal.SIGABRT:
        return f"its worker aborted, most likely to get more than {_MEGABYTES} MB of memory"
    if exitcode < 0:
        return f"its worker died: {signal.strsignal(-exitcode)}"
    return f"its worker ended with exit code {exitcode}"


def _confine() -> None:
    """Set a worker's limits: memory, no file of its memory when it dies, no network."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the system does not hold a process to such a limit
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hardest = resource.getrlimit(resource.RLIMIT_AS)
        most = held + MEMORY_PER_FILE
        most = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sys.addaudithook(_without_network)


def _without_network(event: str, _: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError("reading a file needs no network")
