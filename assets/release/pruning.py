"""Removes the formats that a replaced release can do without, and writes them again on request.

The newest release of each month keeps every format. A release that another one of the same month replaced
keeps its Parquet files, its index and its documents. Its files of the derived formats
(``ReleaseFormat.is_derived``), which are most of its bytes, are removed: they can be written again from the
Parquet files.

``pruned.json`` lists files before the first of them is removed, and restored files before the first of them
is in place. A run may therefore be killed at any time: a file that is listed as removed may still exist.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from assets.database.build import DatabaseError, build_database, database_path
from assets.release.formats import FORMATS, format_of
from assets.release.formats.parquet import YEAR_FOLDER, table_file
from assets.release.manifest import (
    INDEX,
    PRUNED,
    File,
    Pruned,
    list_files,
    read_index,
    read_pruned,
    sha256,
    write_json,
)
from assets.release.validation import ReleaseError, open_content, table_problems
from assets.schema.tables import TABLES
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import commit_file, download, is_local, remove_files, staging_dir
from assets.storage.parquet_store import ReadError, table_path


def replaced_releases(newest: Path) -> Iterator[tuple[Path, str]]:
    """Yield each release that another one of the same month replaced, with the version of that one."""
    folder = newest
    while previous := read_index(folder)["previous"]:
        earlier = folder.parent / previous
        if not (earlier / INDEX).exists():
            return
        if _month(earlier.name) == _month(folder.name):
            yield earlier, folder.name
        folder = earlier


def prune(folder: Path, replaced_by: str) -> None:
    """Remove the derived files of a release, unless they were restored; complete a removal that was killed.

    Args:
        folder: The release.
        replaced_by: The version of the next release.

    Raises:
        ReleaseError: A Parquet file or a document is damaged. All files remain.
        WriteError: The folder is not writable, for example.
    """
    pruned = read_pruned(folder)
    if pruned.restored:
        return
    if not pruned.removed:
        files = read_index(folder)["files"]
        _check_files(folder, [file for file in files if not _is_derived(file)])
        pruned = Pruned(replaced_by, [file for file in files if _is_derived(file)])
        _write_list(folder, pruned)
    if (folder / pruned.removed[-1]["path"]).exists():
        _remove(folder, pruned.removed)


def restore(folder: Path) -> list[str]:
    """Write the removed files of a release again, compare them with the index, and return their paths.

    Formats that are not reproducible byte for byte are compared by the hashes of their tables. The release
    then keeps these files.

    Raises:
        ReleaseError: A Parquet file is damaged, or a restored file would differ from the published one, since
            another version of the software wrote it. The release is unchanged.
        WriteError: The disk is full, the folder is not writable, or the like.
    """
    pruned = read_pruned(folder)
    if not pruned.removed:
        return []
    _remove(folder, pruned.removed)  # what a killed restoration wrote
    with staging_dir(folder.parent) as staging:
        new = staging / folder.name
        try:
            for problem in _write_derived(folder, pruned.removed, new, staging):
                raise ReleaseError(_cannot_restore(folder, problem))
        except (duckdb.Error, DatabaseError, ReadError) as error:
            raise ReleaseError(_cannot_restore(folder, str(error).splitlines()[0])) from error
        names = [file["path"] for file in pruned.removed]
        restored = [file for file in list_files(new) if file["path"] in names]
        _write_list(folder, Pruned(pruned.replaced_by, pruned.removed, restored))
        for name in names:
            commit_file(new / name, folder / name)
        _write_list(folder, Pruned(pruned.replaced_by, (), restored))
    return names


def require_all_formats(folder: Path) -> None:
    """Raise ReleaseError if a release has only its Parquet files left."""
    if read_pruned(folder).removed:
        raise ReleaseError(
            f"release {folder.name} has only its Parquet files left: restore the others first"
            f" (inspections release --restore {folder.name})"
        )


def _month(version: str) -> str:
    """Return the year and the month of a version, as in '2026.11'."""
    return ".".join(version.split(".")[:2])


def _is_derived(file: File) -> bool:
    release_format = format_of(file["path"])
    return release_format is not None and release_format.is_derived


def _check_files(folder: Path, files: Sequence[File]) -> None:
    """Raise ReleaseError unless each of these files is as published."""
    for file in files:
        path = folder / file["path"]
        if not path.exists() or sha256(path) != file["sha256"]:
            raise ReleaseError(f"release {folder.name}: {file['path']} does not match its SHA-256")


def _write_list(folder: Path, pruned: Pruned) -> None:
    with atomic_write(folder / PRUNED) as new_file:
        write_json(new_file, asdict(pruned))


def _remove(folder: Path, files: Sequence[File]) -> None:
    """Remove files, the last one at the end: as long as that exists, others may exist too."""
    *others, last = [file["path"] for file in files]
    try:
        remove_files(folder, others)
        remove_files(folder, [last])
    except OSError as error:
        raise WriteError(f"cannot remove files of {folder}: {error.strerror or error}") from error


def _write_derived(folder: Path, removed: Sequence[File], new: Path, staging: Path) -> Iterator[str]:
    """Write the derived formats into a new folder; yield a sentence for each difference from the index."""
    if is_local(folder):
        source = folder
    else:
        source = staging / "kept"
        download(folder, source)
    index = read_index(source)
    _check_files(source, [file for file in index["files"] if not _is_derived(file)])
    warehouse = staging / "warehouse"
    _link_store(source, warehouse)
    build_database(warehouse)
    new.mkdir()
    for derived in (release_format for release_format in FORMATS if release_format.is_derived):
        with open_content(database_path(warehouse), new) as content:
            derived.write(content)
    with open_content(database_path(warehouse), new) as content:
        yield from table_problems(content.connection, index)
    for file in removed:
        path, release_format = new / file["path"], format_of(file["path"])
        if not path.is_file():
            yield f"{file['path']} is not written"
        elif release_format and release_format.is_reproducible and sha256(path) != file["sha256"]:
            yield f"{file['path']} has other bytes"


def _link_store(release: Path, warehouse: Path) -> None:
    """Make a warehouse whose Parquet store is the files of a release."""
    for table in TABLES.values():
        if table.by_year:
            years = table_path(warehouse, table.name, 0).parents[1]
            years.parent.mkdir(parents=True, exist_ok=True)
            years.symlink_to((release / YEAR_FOLDER / table.name).absolute(), target_is_directory=True)
        else:
            file = table_path(warehouse, table.name)
            file.parent.mkdir(parents=True)
            file.symlink_to((release / table_file(table.name)).absolute())


def _cannot_restore(folder: Path, problem: str) -> str:
    software = read_index(folder)["software"]
    return (
        f"release {folder.name} cannot be restored by this version of the software: {problem}. Version"
        f" {software['version']} (commit {software['commit']}) wrote it"
    )
