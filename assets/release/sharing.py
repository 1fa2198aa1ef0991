"""Shares files with the previous release, as hard links: those that need not be written, and equal ones.

The bytes of the Parquet file of a table, or of one year of it, follow from its rows and from what writes it:
the code, its libraries and the description of the dataset. If the hashes of both are those that the index of
the previous release records, the file is linked before it is written. All other files are written, and
replaced by links if they turn out to be equal.
"""

import filecmp
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.code_hash import code_hash
from assets.release.formats.parquet import table_file, year_file
from assets.release.manifest import read_index, sha256
from assets.storage.filesystem import STAGING_PREFIX, hard_link

#: The code that determines the bytes of a Parquet file besides its rows.
_SOURCE_FOLDERS = tuple(
    Path(__file__).parents[1] / package for package in ("database", "release", "schema", "storage")
)


def writer_hash(file_about: Mapping[str, Any]) -> str:
    """Return a hash of what determines the bytes of a Parquet file besides its rows."""
    libraries = (duckdb.__version__, pa.__version__)
    content = f"{libraries} {sorted(file_about.items())} {code_hash(*_SOURCE_FOLDERS)}"
    return hashlib.sha256(content.encode()).hexdigest()


def unchanged_files(previous: Path, tables: Mapping[str, Any], writer: str) -> dict[str, Path]:
    """Return the Parquet files of the previous release that a new one has with the same bytes, by path.

    A file that is damaged is not among them.

    Args:
        previous: The folder of the previous release.
        tables: The tables of the new release, as in its index.
        writer: The ``writer_hash`` of the new release.
    """
    index = read_index(previous)
    if index.get("writer") != writer:
        return {}
    before, now = (dict(_rows_by_file(one)) for one in (index["tables"], tables))
    hashes = {file["path"]: file["sha256"] for file in index["files"]}
    return {
        path: previous / path
        for path in before.keys() & now.keys()
        if before[path] == now[path] and _has_hash(previous / path, hashes[path])
    }


def _rows_by_file(tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the path of each Parquet file of tables with the hash of its rows."""
    for name, table in tables.items():
        yield table_file(name), table["sha256"]
        for year, rows in table["years"].items():
            yield year_file(name, year), rows


def _has_hash(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path) == expected


def share_equal_files(folder: Path, previous: Path) -> None:
    """Replace each file that the previous release has with the same bytes by a hard link to that file."""
    for path in folder.rglob("*"):
        same = previous / path.relative_to(folder)
        if not (path.is_file() and same.is_file()) or path.samefile(same):
            continue
        if filecmp.cmp(path, same, shallow=False):
            link = path.with_name(f"{STAGING_PREFIX}{path.name}")
            if not hard_link(link, same):
                return  # a file system without hard links, or too many of them: the copy remains
            link.replace(path)
