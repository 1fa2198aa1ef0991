"""How a file or folder of the dataset is replaced: written aside, made durable, put in its place in one go.

A reader sees the file as it was or as it will be, never half of it, however a run ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.tables.places import put, scratch


class WriteError(Exception):
    """A file could not be written; one sentence that names it and says why."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield where to write the file that takes the place of ``path`` once the block ends well.

    It may be a folder too, if there is none at ``path`` yet. What is written lies in a folder of its own, so
    that a writer's side files are swept away with it, and has another ending there: a reader's
    ``**/*.parquet`` looks into hidden folders too.

    Raises:
        WriteError: The disk is full, the folder not writable, or the like; ``path`` is as it was.
    """
    try:
        with scratch(path.parent) as folder:
            beside = folder / f"{path.name}.part"
            yield beside
            put(beside, path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error
