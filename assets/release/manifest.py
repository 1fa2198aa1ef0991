"""The lists of a release's files, and the writers of its text and JSON files.

``index.json`` lists the files that were published, and never changes. ``pruned.json``, which only a release
without some of them has, lists what was removed (``pruning``). Equal documents give equal bytes on every
system.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.storage.filesystem import StoragePath, read_bytes

INDEX, PRUNED = "index.json", "pruned.json"

#: A file of a release: its ``path`` in the release folder, ``bytes`` and ``sha256``.
File = dict[str, Any]


@dataclass(frozen=True)
class Pruned:
    """The content of ``pruned.json``.

    Attributes:
        replaced_by: The version of the next release, of the same month.
        removed: Files of the index that the release no longer has.
        restored: Files of the index that were removed and written again, as they are now.
    """

    replaced_by: str
    removed: Sequence[File]
    restored: Sequence[File] = ()

    def available(self, files: Sequence[File]) -> list[File]:
        """Return those of the index's files that the release still has, as they are now."""
        removed = {file["path"] for file in self.removed}
        restored = {file["path"]: file for file in self.restored}
        return [restored.get(file["path"], file) for file in files if file["path"] not in removed]


def read_index(folder: StoragePath) -> dict[str, Any]:
    """Return the index of a release. Raises OSError or ValueError if it cannot be read."""
    index: dict[str, Any] = json.loads(read_bytes(folder / INDEX))
    return index


def read_pruned(folder: StoragePath) -> Pruned:
    """Return what a release no longer has: nothing if it has no such list.

    Raises:
        OSError: The list cannot be read.
        ValueError: It is not JSON.
        TypeError: It has other entries.
    """
    try:
        return Pruned(**json.loads(read_bytes(folder / PRUNED)))
    except FileNotFoundError:
        return Pruned("", ())


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[File]:
    """Yield the relative path, size in bytes and SHA-256 of every file in a folder, sorted by path."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder).as_posix()
        yield {"path": relative, "bytes": path.stat().st_size, "sha256": sha256(path)}


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file whose lines end in a line feed on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write an indented JSON document."""
    write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
