"""How a file or folder of the dataset is replaced: written aside, made durable, put in its place in one go.

A reader sees the file as it was or as it will be, never half of it, however a run ends.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.storage.filesystem import STAGING_PREFIX, commit_file, staging_dir


class WriteError(Exception):
    """A file could not be written; one sentence that names it and says why."""


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield where to write the file that takes the place of ``path`` once the block ends well.

    It may be a folder too, if there is none at ``path`` yet. What is written lies in a folder of its own, so
    that a writer's side files are swept away with it, and has another ending there: a reader's
    ``**/*.parquet`` looks into hidden folders too.

    Raises:
        WriteError: The disk is full, the folder not writable, or the like; ``path`` is as it was.
    """
    try:
        with staging_dir(path.parent) as folder:
            beside = folder / f"{path.name}.part"
            yield beside
            commit_file(beside, path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error


def remove_stale_temp_dirs(warehouse: Path) -> None:
    """Remove what killed runs left beside the files they were writing. Raises WriteError."""
    try:
        for left in list(warehouse.rglob(f"{STAGING_PREFIX}*")):
            shutil.rmtree(left)
    except OSError as error:
        raise WriteError(f"cannot remove {error.filename}: {error.strerror}") from error
