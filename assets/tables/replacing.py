"""How a file of the dataset is replaced: written beside, made durable, renamed.

A reader sees the file as it was or as it will be, never half of it, however a run ends.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriteError(Exception):
    """A file could not be written; one sentence that names it and says why."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield where to write the file that takes the place of ``path`` once the block ends well.

    The file lies in a folder of its own beside, so that a writer's side files are swept away with it.

    Raises:
        WriteError: The disk is full, the folder not writable, or the like; ``path`` is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as folder:
            beside = Path(folder) / path.name
            yield beside
            _flush(beside)
            beside.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error


def _flush(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
