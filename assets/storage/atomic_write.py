"""Atomic replacement of files and folders: write to a temporary path, flush to disk, rename.

A reader sees the old content or the new content, never a part of it, even if the writer is killed.
"""

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.storage.filesystem import STAGING_PREFIX, StoragePath, commit_file, staging_dir

#: Arguments of renameat2(2): paths are relative to the working directory; both exist and are exchanged.
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
#: Errors that say that the operating system or the file system cannot exchange paths.
_NOT_SUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


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


def replace_dir(new: Path, target: Path) -> None:
    """Put a complete local folder in the place of another; the previous one, if any, is then at ``new``.

    On Linux the two are exchanged in one step: readers of ``target`` find the previous folder or the new one
    at any time. Where that is not supported, the previous folder is moved away first, so that there is none
    for a moment.

    Args:
        new: The new folder, on the same file system.
        target: The path of the folder to replace; it need not exist.

    Raises:
        OSError: The folder cannot be replaced.
    """
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        previous = new.with_name(f"{new.name}.previous")
        target.rename(previous)
        new.rename(target)
        previous.rename(new)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two paths in one step; return False if that is not supported here."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = os.fsencode(first), os.fsencode(second)
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    error = ctypes.get_errno()
    if error in _NOT_SUPPORTED:
        return False
    raise OSError(error, os.strerror(error), str(second))


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
