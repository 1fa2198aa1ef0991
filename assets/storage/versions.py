"""A folder whose content is replaced as a whole, in an object store, which cannot exchange two folders.

Each version is complete under a prefix of its own before the pointer, one small object, names it. The
previous version stays, so that pages which a reader has open still find their files.
"""

import json
from pathlib import Path

from assets.storage.atomic_write import atomic_write
from assets.storage.filesystem import StoragePath, commit_file, read_bytes, remove_others

#: The pointer: the JSON object ``{"version": …, "previous": …}``.
POINTER = "current.json"
#: The page that leads to the current version.
ENTRANCE = "index.html"


def current_version(folder: StoragePath) -> str | None:
    """Return the name of the current version; None if there is none."""
    try:
        return str(json.loads(read_bytes(folder / POINTER))["version"])
    except FileNotFoundError:
        return None


def publish_version(source: Path, folder: StoragePath, version: str, entrance: bytes) -> None:
    """Make a local folder the current version.

    Args:
        source: The complete new content.
        folder: The folder of the versions.
        version: The name of the new version, which must not exist yet.
        entrance: The page beside the versions, which leads to the new one.

    Raises:
        WriteError: The entrance or the pointer cannot be written; readers still find the previous version.
    """
    previous = current_version(folder)
    commit_file(source, folder / version)
    pointer = json.dumps({"version": version, "previous": previous}).encode()
    for name, content in ((ENTRANCE, entrance), (POINTER, pointer)):
        with atomic_write(folder / name) as part:
            part.write_bytes(content)
    remove_others(folder, {version, previous or version, ENTRANCE, POINTER})
