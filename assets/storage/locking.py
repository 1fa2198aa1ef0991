"""Who may write to a warehouse: one run at a time, which first sweeps up after those that were killed.

The lock is the operating system's and ends with the process that holds it, however that ends. What a killed
run leaves lies beside the files, under names that nobody reads.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from assets.storage.atomic_write import WriteError, remove_stale_temp_dirs
from assets.storage.filesystem import is_local

LOCK_FILE = ".lock"
#: The first build of the real site takes half an hour; a run that holds a warehouse for longer is stuck.
MAX_WAIT_SECONDS = 3600.0  # seconds


@contextmanager
def warehouse_lock(
    warehouse: Path, waiting: Callable[[str], None], longest: float = MAX_WAIT_SECONDS
) -> Iterator[None]:
    """Hold a warehouse, made if need be, against other runs while the block runs.

    Args:
        warehouse: the folder.
        waiting: is told, in a sentence, that another run is there, and waited for.
        longest: how many seconds to wait for it.

    Raises:
        WriteError: the folder cannot be written, or the other run did not end.
    """
    if not is_local(warehouse):
        # An object store has no lock that ends with its holder: there, Dagster's pools keep the order.
        yield
        return
    lock = FileLock(warehouse / LOCK_FILE)
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        _take(lock, longest, lambda: waiting(f"another run is building {warehouse}: waiting for its end"))
    except Timeout:
        raise WriteError(f"another run has been building {warehouse} for {longest:g} seconds") from None
    except OSError as error:
        raise WriteError(f"cannot write {warehouse}: {error.strerror or error}") from error
    try:
        remove_stale_temp_dirs(warehouse)
        yield
    finally:
        lock.release()


def _take(lock: FileLock, longest: float, waiting: Callable[[], None]) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire(timeout=longest)


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Wait until nobody else on this machine is alone in a folder; its like is made if need be.

    An object store has no lock that outlives a killed machine: between machines, Dagster's pools keep order.
    """
    if is_local(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder / ".lock"
    else:
        lock = Path(tempfile.gettempdir()) / f"{sha256(str(folder).encode()).hexdigest()}.lock"
    with FileLock(lock):
        yield
