"""Who may write to a warehouse: one run at a time, which first sweeps up after those that were killed.

The lock is the operating system's and ends with the process that holds it, however that ends. What a killed
run leaves lies beside the files, under names that nobody reads.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assets.tables.places import BESIDE, is_here
from assets.tables.replacing import WriteError

LOCK = ".lock"
#: The first build of the real site takes half an hour; a run that holds a warehouse for longer is stuck.
LONGEST_WAIT = 3600.0  # seconds


@contextmanager
def writing_alone(
    warehouse: Path, waiting: Callable[[str], None], longest: float = LONGEST_WAIT
) -> Iterator[None]:
    """Hold a warehouse, made if need be, against other runs while the block runs.

    Args:
        warehouse: the folder.
        waiting: is told, in a sentence, that another run is there, and waited for.
        longest: how many seconds to wait for it.

    Raises:
        WriteError: the folder cannot be written, or the other run did not end.
    """
    if not is_here(warehouse):
        # An object store has no lock that ends with its holder: there, Dagster's pools keep the order.
        yield
        return
    lock = FileLock(warehouse / LOCK)
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        _take(lock, longest, lambda: waiting(f"another run is building {warehouse}: waiting for its end"))
    except Timeout:
        raise WriteError(f"another run has been building {warehouse} for {longest:g} seconds") from None
    except OSError as error:
        raise WriteError(f"cannot write {warehouse}: {error.strerror or error}") from error
    try:
        sweep(warehouse)
        yield
    finally:
        lock.release()


def _take(lock: FileLock, longest: float, waiting: Callable[[], None]) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire(timeout=longest)


def sweep(warehouse: Path) -> None:
    """Remove what killed runs left beside the files they were writing. Raises WriteError."""
    try:
        for left in list(warehouse.rglob(f"{BESIDE}*")):
            shutil.rmtree(left)
    except OSError as error:
        raise WriteError(f"cannot remove {error.filename}: {error.strerror}") from error
