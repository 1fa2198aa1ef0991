"""Process pool for untrusted files, with limits on time, memory and network access.

A file that kills its worker costs one row, which states the reason. A pool whose workers do not start is not
the fault of a file and ends the run. Workers cannot open Python sockets; pdfium and pdfminer do not use the
network. Which files to read is decided in ``incremental``.
"""

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeVar

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from assets.archive.archive import find_damage
from assets.parsing.models import Issue
from assets.parsing.report import Publication, empty_tables, read_report
from assets.storage.filesystem import local_copy

if sys.platform != "win32":
    import resource
    from multiprocessing import forkserver

FILE_TIMEOUT = 60  # seconds
#: Seconds within which a worker must take up the next file, including the start of a new process.
START_TIMEOUT = 60
#: Address space that a file may use in addition to what its worker had before, in bytes. A normal report uses
#: a tenth of it; the resident memory of a worker stays below 300 MB.
MAX_FILE_MEMORY = 512 * 1024**2
#: A pool breaks if an idle worker dies, or if a worker dies before the pool has recorded its task. After this
#: many broken pools without a result between them, the run ends.
MAX_BROKEN_POOLS = 3
#: Number of files after which a worker is replaced, to limit the growth of pdfium's caches.
MAX_FILES_PER_WORKER = 200

_MAX_FILE_MEGABYTES = MAX_FILE_MEMORY // 1024**2

T = TypeVar("T")


class WorkerPoolError(Exception):
    """Worker processes cannot be started. The message is one sentence."""


@dataclass(frozen=True)
class WorkerFailure:
    """The reason why a call returned nothing.

    ``lost`` is whether the worker exceeded a limit or died: less work might succeed. ``damaged`` is whether
    the file is not what was fetched.
    """

    reason: str
    lost: bool = False
    damaged: bool = False


class DamagedFileError(Exception):
    """An archived file is not what was fetched. The message is the end of a sentence."""


def read_reports(
    files: Iterable[tuple[Publication, Path]],
    processes: int,
    on_damage: Callable[[Publication, str], None] = lambda _publication, _reason: None,
) -> Generator[tuple[Publication, dict[str, pa.Table]], None, None]:
    """Read reports in worker processes and yield each publication with its rows by table, in the given order.

    A file that exceeds a limit or kills its worker is read again with pdfium alone, because pdfplumber may be
    the cause. A file that still fails yields the rows of an unreadable report. ``on_damage`` is called before
    that, with the reason, if the file is not what was fetched.

    Raises:
        WorkerPoolError: No worker process can be started.
    """
    with ExitStack() as copies:
        calls = [(copies.enter_context(local_copy(path)), publication) for publication, path in files]
        with closing(run_in_pool(_read_file, calls, processes)) as results:
            for (path, publication), result in zip(calls, results, strict=True):
                if isinstance(result, WorkerFailure) and result.damaged:
                    on_damage(publication, result.reason)
                yield publication, _tables_or_issue(publication, path, result)


def _tables_or_issue(
    publication: Publication, path: Path, result: dict[str, pa.Table] | WorkerFailure
) -> dict[str, pa.Table]:
    if isinstance(result, WorkerFailure) and result.lost:
        [result] = run_in_pool(_read_file, [(path, publication, result.reason)], processes=1)
    if isinstance(result, WorkerFailure) and result.damaged:
        issue = Issue("unreadable", f"the archived file {result.reason}")
        return empty_tables(publication, "unreadable", issue)
    if isinstance(result, WorkerFailure):
        return empty_tables(publication, "unreadable", Issue("crashed", result.reason))
    return result


def _read_file(path: Path, publication: Publication, skip_pdfplumber: str = "") -> dict[str, pa.Table]:
    content = path.read_bytes()
    # Without a SHA-256 the file is not from an archive, but from a folder that somebody named.
    if publication.sha256 and (damage := find_damage(content, publication.sha256)):
        raise DamagedFileError(damage)
    return read_report(content, publication, skip_pdfplumber)


def process_context() -> BaseContext:
    """Return how worker processes start: from a clean process, never as a copy of one that runs threads.

    That process, the fork server, has imported this module, so that each worker need not, which takes longer
    than reading a report.
    """
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with _imports_of_this_process(), _signals_blocked(signal.SIGINT):
        forkserver.ensure_running()
    # A server that replaces a dead one may start elsewhere, where the name may belong to another module.
    context.set_forkserver_preload([])
    return context


@contextmanager
def _imports_of_this_process() -> Iterator[None]:
    """Let Python processes that start in the context import what this one does, not from their folder."""
    search = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
    previous = {name: os.environ.get(name) for name in search}
    os.environ.update(search)
    try:
        yield
    finally:
        for name, value in previous.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _signals_blocked(*signals: signal.Signals) -> Iterator[None]:
    """Block signals in processes that start in the context: their imports would end with a traceback."""
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


def run_in_pool(
    function: Callable[..., T], calls: Iterable[Sequence[Any]], processes: int
) -> Generator[T | WorkerFailure, None, None]:
    """Call a module-level function in worker processes and yield the results in the order of the calls.

    No worker is left when the generator ends or is closed.

    Args:
        function: A function that can be pickled.
        calls: The positional arguments of each call.
        processes: The number of worker processes.

    Raises:
        WorkerPoolError: No worker process can be started.
    """
    calls = list(calls)
    completed = broken_pools = 0
    while completed < len(calls):
        try:
            with closing(_run_in_new_pool(function, calls[completed:], processes)) as results:
                for result in results:
                    yield result
                    completed, broken_pools = completed + 1, 0
        except BrokenProcessPool as error:
            broken_pools += 1
            if broken_pools == MAX_BROKEN_POOLS:
                raise WorkerPoolError("worker processes die as soon as they are started") from error


def _run_in_new_pool(
    function: Callable[..., T], calls: Sequence[Sequence[Any]], processes: int
) -> Generator[T | WorkerFailure, None, None]:
    pool = ProcessPool(
        max_workers=min(processes, len(calls)),
        max_tasks=MAX_FILES_PER_WORKER,
        initializer=_limit_worker,
        context=process_context(),
    )
    try:
        futures: list[Future[T]] = [
            pool.schedule(function, args=call, timeout=FILE_TIMEOUT) for call in calls
        ]
        yield from map(_result, futures)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _result(future: "Future[T]") -> T | WorkerFailure:
    """Wait for a call. All calls before it are done, so a worker is running it or free to start it."""
    try:
        return future.result(timeout=FILE_TIMEOUT + START_TIMEOUT)
    except BrokenProcessPool:
        raise  # cannot be attributed to one file
    except TimeoutError as error:
        if not future.done():  # otherwise pebble reports that the call itself timed out
            raise WorkerPoolError(f"no worker process started within {START_TIMEOUT} seconds") from error
        return WorkerFailure(f"reading took longer than {FILE_TIMEOUT} seconds", lost=True)
    except ProcessExpired as error:
        return WorkerFailure(_describe_exit(error.exitcode), lost=True)
    except MemoryError:
        return WorkerFailure(f"reading took more than {_MAX_FILE_MEGABYTES} MB of memory", lost=True)
    except OSError as error:
        return WorkerFailure(f"the file could not be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 (a hostile file can raise anything; its row states the error)
        damaged = isinstance(error, DamagedFileError)
        message = str(error) if damaged else shorten(f"{type(error).__name__}: {error}", 200)
        return WorkerFailure(message, damaged=damaged)


def _describe_exit(exitcode: int) -> str:
    """Describe how a worker died. pdfium aborts the process if an allocation fails."""
    if sys.platform != "win32" and exitcode == -signal.SIGABRT:
        return f"the worker aborted, probably because it needed more than {_MAX_FILE_MEGABYTES} MB of memory"
    if exitcode < 0:
        return f"the worker was killed by a signal: {signal.strsignal(-exitcode)}"
    return f"the worker ended with exit code {exitcode}"


def _limit_worker() -> None:
    """Disable core dumps and sockets in a worker and limit its memory.

    The memory limit is set on Linux only: macOS does not enforce it. Windows has no ``resource`` module, so
    neither the memory limit nor the core dump limit is set there.
    """
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
        limit = in_use + MAX_FILE_MEMORY
        limit = limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sys.addaudithook(_refuse_sockets)


def _refuse_sockets(event: str, _: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError("network access is not allowed in a worker")
