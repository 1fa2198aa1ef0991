"""The lock of a warehouse: one run at a time writes to a warehouse on this machine.

The lock belongs to the operating system and ends with the process that holds it, even if that is killed.
An object store has no such lock: there, Dagster's pools (``assets.resources``) order the steps.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from assets.storage.atomic_write import WriteError, remove_stale_temp_dirs
from assets.storage.filesystem import StoragePath, is_local

LOCK_FILE = ".lock"
#: The first build from the live site takes half an hour; a run that holds the lock for longer hangs.
MAX_WAIT_SECONDS = 3600.0


@contextmanager
def warehouse_lock(
    warehouse: StoragePath, on_wait: Callable[[str], None], timeout: float = MAX_WAIT_SECONDS
) -> Iterator[None]:
    """Hold the exclusive lock of a warehouse, and first remove the temporary files of killed runs.

    The thread that holds the lock may acquire it again: the command line takes it before it opens the Dagster
    instance, the ``Warehouse`` resource takes it for a run. In an object store nothing is locked or removed.

    Args:
        warehouse: Root folder of the warehouse; created if missing.
        on_wait: Called with a message if another run holds the lock, before waiting for it.
        timeout: Maximum wait in seconds.

    Raises:
        WriteError: The folder cannot be written, or the lock is not free within the timeout.
    """
    if not is_local(warehouse):
        yield
        return
    # Reentrant per thread: equal paths give the same lock object.
    lock = FileLock(str((warehouse / LOCK_FILE).absolute()), is_singleton=True)
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait(f"another run is writing to {warehouse}: waiting until it ends")
            lock.acquire(timeout=timeout)
    except Timeout:
        raise WriteError(f"another run has held the lock of {warehouse} for {timeout:g} seconds") from None
    except OSError as error:
        raise WriteError(f"cannot write {warehouse}: {error.strerror or error}") from error
    try:
        if lock.lock_counter == 1:
            remove_stale_temp_dirs(warehouse)
        yield
    finally:
        lock.release()
