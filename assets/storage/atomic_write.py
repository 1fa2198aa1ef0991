"""Atomic replacement of files and folders: write to a temporary path, flush to disk, rename.

A reader sees the old content or the new content, never a part of it, even if the writer is killed.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.storage.filesystem import STAGING_PREFIX, StoragePath, commit_file, staging_dir


class WriteError(Exception):
    """A file could not be written. The message is one sentence with the path and the reason."""


@contextmanager
def atomic_write(path: StoragePath) -> Iterator[Path]:
    """Yield a temporary path; when the block ends without an exception, what was written replaces ``path``.

    The block may create a folder instead of a file if ``path`` does not exist. The temporary path is in a
    directory of its own, which is removed with any side files of the writer. Its suffix differs from that of
    ``path``, because a reader's ``**/*.parquet`` matches hidden folders too.

    Raises:
        WriteError: The disk is full or the folder is not writable, for example; ``path`` is unchanged.
    """
    try:
        with staging_dir(path.parent) as folder:
            temporary = folder / f"{path.name}.part"
            yield temporary
            commit_file(temporary, path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error


def remove_stale_temp_dirs(warehouse: StoragePath) -> None:
    """Remove the staging directories of killed runs. The caller must hold the lock of the warehouse.

    Raises:
        WriteError: A directory cannot be removed.
    """
    try:
        for stale in list(warehouse.rglob(f"{STAGING_PREFIX}*")):
            shutil.rmtree(str(stale))
    except OSError as error:
        raise WriteError(f"cannot remove {error.filename}: {error.strerror}") from error
