"""Releases: folders that never change, each the whole dataset on one day, in every form people read.

``releases/<version>/`` is built aside from one snapshot of the database, opened again and checked, and only
then put in its place; ``releases/latest.json`` is replaced last. A run may be killed at any time: what it
leaves is swept away, or named, by the next. The version is the day of the newest news in the data
('2026.11.24', and '.1', '.2' for more of one day), never the day of building: the same data, after the same
releases, give the same bytes on any day.

Without news there is no release. To take one back, first name the one before in ``latest.json``, then remove
its folder.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from assets.database.build import database_path
from assets.database.quoting import quote_identifier
from assets.release.data_dictionary import render_dictionary, render_licence
from assets.release.diff import Changes, changelog_entry, compare, has_changes
from assets.release.formats.tabular import count, write_csv, write_parquet
from assets.release.formats.workbook import write_workbook
from assets.release.manifest import list_files, write_json, write_text
from assets.release.metadata.descriptors import write_metadata
from assets.release.validation import ReleaseError, validate_release
from assets.schema.tables import TABLES
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import commit_file, download, is_local, staging_dir

DATABASE = "inspections.duckdb"
INDEX, SUMS, LOG, POINTER = "index.json", "SHA256SUMS", "CHANGELOG.md", "latest.json"


def current(warehouse: Path) -> Path | None:
    """Return the folder of the release that ``latest.json`` names, or nothing if there is none yet.

    Raises:
        ReleaseError: ``latest.json`` is broken, or what it names is gone.
    """
    pointer = _releases(warehouse) / POINTER
    try:
        folder = pointer.parent / str(json.loads(pointer.read_text(encoding="utf-8"))["path"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{pointer} cannot be read: {error}") from error
    if not (folder / INDEX).is_file():
        raise ReleaseError(f"{pointer} names {folder.name}, which is not there")
    return folder


def publish(warehouse: Path) -> Path | None:
    """Release the database as it stands; return the new release's folder, or nothing if there is no news.

    The caller holds the lock of the warehouse (``storage.locking``).

    Raises:
        ReleaseError: There is no database, or nothing in it, or what was made does not hold; the current
            release is as it was.
        WriteError: The disk is full, the folder not writable, or the like; likewise.
    """
    if not is_local(warehouse):
        return _published_there(warehouse)
    source = database_path(warehouse)
    if not source.is_file():
        raise ReleaseError(f"there is no database at {source} to release: build the dataset first")
    releases = _releases(warehouse)
    with _staging(warehouse) as staging:
        snapshot = Path(shutil.copyfile(source, staging / DATABASE))
        before = _newest(warehouse)
        try:
            changes = compare(snapshot, before / DATABASE if before else None)
            if before and not has_changes(changes):
                return None
            folder = releases / _version(snapshot, releases)
            with atomic_write(folder) as beside:
                beside.mkdir()
                snapshot.rename(beside / DATABASE)
                _fill(beside, folder.name, changes, before)
                validate_release(beside)
        except duckdb.Error as error:
            raise ReleaseError(f"{source} cannot be released: {str(error).splitlines()[0]}") from error
        _name(folder)
        return folder


def _published_there(warehouse: Path) -> Path | None:
    """Release what an object store holds: made here, beside the release before it, and sent there."""
    there = _releases(warehouse)
    with TemporaryDirectory() as folder:
        here, before = Path(folder), current(warehouse)
        if database_path(warehouse).exists():
            download(database_path(warehouse), database_path(here))
        if before:
            for index in there.glob(f"*/{INDEX}"):  # their versions are taken
                (_releases(here) / index.parent.name).mkdir(parents=True)
            download(before, _releases(here) / before.name)
            download(there / POINTER, _releases(here) / POINTER)
        made = publish(here)
        if made is None:
            return None
        # Last what names it: who reads meanwhile finds the release before.
        commit_file(made, there / made.name)
        commit_file(_releases(here) / POINTER, there / POINTER)
        return there / made.name


def facts_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the row of the view ``about``, by column: what every form of the dataset says of it."""
    found = connection.execute("SELECT * FROM about")
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchone() or (), strict=True))


def _fill(folder: Path, version: str, changes: Changes, before: Path | None) -> None:
    """Write everything that is made of the database which lies in the folder."""
    previous = before.name if before else None
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        facts = facts_of(connection)
        write_parquet(connection, facts, folder)
        write_csv(connection, folder)
        write_workbook(connection, facts, folder / "inspections.xlsx")
        write_text(folder / "DATA_DICTIONARY.md", render_dictionary(connection, facts))
        write_text(folder / "LICENSE.md", render_licence(facts))
        rows = {table: count(connection, quote_identifier(table)) for table in TABLES}
        write_json(folder / "changes.json", {"version": version, "previous": previous, **changes})
        write_text(folder / LOG, _log(changelog_entry(version, changes, connection), before))
        write_metadata(connection, facts, version, folder)
    write_text(folder / SUMS, "".join(f"{file['sha256']}  {file['path']}\n" for file in list_files(folder)))
    head = {"version": version, "day": str(facts["day"]), "previous": previous, "tables": rows}
    write_json(folder / INDEX, {**head, "files": list(list_files(folder))})


def _log(entry: str, before: Path | None) -> str:
    """Return the log of all releases, the newest first."""
    title = "# Changes\n"
    older = (before / LOG).read_text(encoding="utf-8").removeprefix(title) if before else ""
    return "\n".join([title, entry]) + older


def _version(snapshot: Path, releases: Path) -> str:
    """Return a version that no release has yet.

    Raises:
        ReleaseError: The database knows of no publication.
    """
    with duckdb.connect(snapshot, read_only=True) as connection:
        day = facts_of(connection)["day"]
    if day is None:
        raise ReleaseError("there is nothing to release: the database knows of no publication")
    version, more = f"{day:%Y.%m.%d}", 0
    while (releases / version).exists():
        more += 1
        version = f"{day:%Y.%m.%d}.{more}"
    return version


def _newest(warehouse: Path) -> Path | None:
    """Return the current release, and first name the one that a killed run put in place but did not name."""
    while True:
        folder = current(warehouse)
        known = folder.name if folder else None
        unnamed = (
            index.parent
            for index in sorted(_releases(warehouse).glob(f"*/{INDEX}"))
            if json.loads(index.read_bytes())["previous"] == known and index.parent != folder
        )
        following = next(unnamed, None)
        if following is None:
            return folder
        validate_release(following)
        _name(following)


def _name(folder: Path) -> None:
    with atomic_write(folder.parent / POINTER) as beside:
        write_json(beside, {"version": folder.name, "path": folder.name})


@contextmanager
def _staging(warehouse: Path) -> Iterator[Path]:
    """Yield a temporary directory in the folder of releases. Raises WriteError."""
    releases = _releases(warehouse)
    try:
        with staging_dir(releases) as folder:
            yield folder
    except OSError as error:
        raise WriteError(f"cannot write {error.filename or releases}: {error.strerror or error}") from error


def _releases(warehouse: Path) -> Path:
    return warehouse / "releases"
