"""The files of a release: equal words are written as equal bytes, and told apart by their fingerprints."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Return a file's fingerprint."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[dict[str, Any]]:
    """Give every file in a folder: its path within, its size in bytes, and its fingerprint."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        within = path.relative_to(folder).as_posix()
        yield {"path": within, "bytes": path.stat().st_size, "sha256": sha256(path)}


def write_text(path: Path, text: str) -> None:
    """Write a text, lines ended alike on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document for machines that people can read too."""
    write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
