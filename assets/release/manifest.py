"""File hashes of a release, and the writers of its text and JSON files.

Equal documents give equal bytes on every system.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[dict[str, Any]]:
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
