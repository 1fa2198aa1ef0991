"""Releases: immutable folders, each with the complete dataset of one day in every format.

``releases/<version>/`` is written to a temporary folder from one snapshot of the database, validated, and
then renamed; ``releases/latest.json`` is replaced last. A run may be killed at any time: the next run
removes its temporary files, or completes ``latest.json``. The version is the date of the newest change in
the data ('2026.11.24', then '2026.11.24.1' and so on for more releases of that date), never the date of the
build: the same data, after the same releases, give the same bytes on any day, except for the DuckDB file.

A file that has not changed since the previous release is a hard link to it, so a release takes only the room
of what changed. Files of releases are therefore never edited; deleting a release does not affect others.
``pruning`` removes the formats that can be written again from releases that a newer one replaced.

If nothing changed there is no release. To withdraw a release, first restore the previous one
(``pruning.restore``) and name it in ``latest.json``, then delete the folder.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.database.build import database_path
from assets.database.connection import connect
from assets.release.data_dictionary import render_dictionary, render_licence
from assets.release.diff import Changes, changelog_entry, compare, has_changes
from assets.release.formats import FORMATS
from assets.release.formats.base import BUILD_COLUMNS
from assets.release.formats.duckdb import DATABASE
from assets.release.manifest import INDEX, list_files, write_json, write_text
from assets.release.metadata import write_metadata
from assets.release.pruning import require_all_formats
from assets.release.sharing import share_equal_files, unchanged_files, writer_hash
from assets.release.validation import (
    ReleaseError,
    describe_tables,
    open_content,
    read_about,
    validate_new_release,
    validate_release,
)
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import commit_file, download, is_local, staging_dir

#: '2026.11.24', '2026.11.24.1'.
_VERSION = re.compile(r"\d{4}\.\d{2}\.\d{2}(\.\d+)?", re.ASCII)
CHECKSUMS, CHANGELOG, POINTER = "SHA256SUMS", "CHANGELOG.md", "latest.json"


def current(warehouse: Path) -> Path | None:
    """Return the folder of the release that ``latest.json`` names; None if there is no release yet.

    Raises:
        ReleaseError: ``latest.json`` is invalid, or the release that it names does not exist.
    """
    pointer = _releases_folder(warehouse) / POINTER
    try:
        folder = pointer.parent / str(json.loads(pointer.read_text(encoding="utf-8"))["path"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{pointer} cannot be read: {error}") from error
    if not (folder / INDEX).is_file():
        raise ReleaseError(f"{pointer} names {folder.name}, which does not exist")
    return folder


def find(warehouse: Path, version: str) -> Path:
    """Return the folder of a release. Raises ReleaseError if there is no release of this version."""
    folder = _releases_folder(warehouse) / version
    if not _VERSION.fullmatch(version) or not (folder / INDEX).is_file():
        raise ReleaseError(f"there is no release {version!r} in {folder.parent}")
    return folder


def publish(warehouse: Path) -> Path | None:
    """Release the current database; return the new release's folder, or None if nothing changed.

    The caller holds the lock of the warehouse (``storage.locking``).

    Raises:
        ReleaseError: There is no database, it has no publications, or the release is invalid. After this and
            the following error the current release is unchanged.
        WriteError: The disk is full, the folder is not writable, or the like.
    """
    if not is_local(warehouse):
        return _publish_remote(warehouse)
    source = database_path(warehouse)
    if not source.is_file():
        raise ReleaseError(f"there is no database at {source} to release: build the dataset first")
    releases = _releases_folder(warehouse)
    with _staging(warehouse) as staging:
        snapshot = Path(shutil.copyfile(source, staging / DATABASE))
        previous = _newest(warehouse)
        if previous:
            require_all_formats(previous)
        try:
            changes = compare(snapshot, previous / DATABASE if previous else None)
            if previous and not has_changes(changes):
                return None
            folder = releases / _new_version(snapshot, releases)
            with atomic_write(folder) as new_folder:
                new_folder.mkdir()
                _write_release(new_folder, folder.name, snapshot, changes, previous)
                if previous:
                    share_equal_files(new_folder, previous)
                validate_new_release(new_folder)
        except duckdb.Error as error:
            raise ReleaseError(f"{source} cannot be released: {str(error).splitlines()[0]}") from error
        _set_current(folder)
        return folder


def _publish_remote(warehouse: Path) -> Path | None:
    """Release the database of an object store: publish in a local folder, then upload the release."""
    remote = _releases_folder(warehouse)
    with TemporaryDirectory() as temporary:
        local, previous = Path(temporary), current(warehouse)
        if database_path(warehouse).exists():
            download(database_path(warehouse), database_path(local))
        if previous:
            # Empty folders reserve the versions of the existing releases.
            for index in remote.glob(f"*/{INDEX}"):
                (_releases_folder(local) / index.parent.name).mkdir(parents=True)
            download(previous, _releases_folder(local) / previous.name)
            download(remote / POINTER, _releases_folder(local) / POINTER)
        folder = publish(local)
        if folder is None:
            return None
        # The pointer comes last: until then readers find the previous release.
        commit_file(folder, remote / folder.name)
        commit_file(_releases_folder(local) / POINTER, remote / POINTER)
        return remote / folder.name


def _write_release(
    folder: Path, version: str, snapshot: Path, changes: Changes, previous: Path | None
) -> None:
    """Write all files of a release from a snapshot of the database.

    Each part opens it again, so that the memory of one part is free for the next.
    """
    previous_version = previous.name if previous else None
    database_format, *other_formats = FORMATS
    with open_content(snapshot, folder) as content:
        database_format.write(content)
    # Everything else is written from the copy in the release, with whose rows it is compared afterwards.
    database = folder / DATABASE
    with open_content(database, folder) as content:
        tables, writer = describe_tables(content.connection), writer_hash(content.file_about)
    unchanged = unchanged_files(previous, tables, writer) if previous else {}
    for release_format in other_formats:
        with open_content(database, folder, unchanged) as content:
            release_format.write(content)
    with open_content(database, folder) as content:
        about = content.about
        write_text(folder / "DATA_DICTIONARY.md", render_dictionary(content.connection, about))
        write_text(folder / "LICENSE.md", render_licence(about))
        write_json(folder / "changes.json", {"version": version, "previous": previous_version, **changes})
        entry = changelog_entry(version, changes, content.connection)
        write_text(folder / CHANGELOG, _changelog(entry, previous))
        write_metadata(content, version)
    index = {
        "version": version,
        "day": str(about["day"]),
        "previous": previous_version,
        "software": {name.removeprefix("software_"): about[name] for name in BUILD_COLUMNS},
        "writer": writer,
        "tables": tables,
    }
    checksums = (f"{file['sha256']}  {file['path']}\n" for file in list_files(folder))
    write_text(folder / CHECKSUMS, "".join(checksums))
    write_json(folder / INDEX, {**index, "files": list(list_files(folder))})


def _changelog(entry: str, previous: Path | None) -> str:
    """Return the changelog of all releases, newest first."""
    title = "# Changes\n"
    older = (previous / CHANGELOG).read_text(encoding="utf-8").removeprefix(title) if previous else ""
    return "\n".join([title, entry]) + older


def _new_version(snapshot: Path, releases: Path) -> str:
    """Return the version of a new release: the date of the newest change, with a suffix if it is in use.

    Raises:
        ReleaseError: The database has no publications.
    """
    with connect(snapshot, read_only=True) as connection:
        day = read_about(connection)["day"]
    if day is None:
        raise ReleaseError("there is nothing to release: the database has no publications")
    version, suffix = f"{day:%Y.%m.%d}", 0
    while (releases / version).exists():
        suffix += 1
        version = f"{day:%Y.%m.%d}.{suffix}"
    return version


def _newest(warehouse: Path) -> Path | None:
    """Return the newest release, after naming one in ``latest.json`` that a killed run left unnamed."""
    while True:
        folder = current(warehouse)
        version = folder.name if folder else None
        successors = (
            index.parent
            for index in sorted(_releases_folder(warehouse).glob(f"*/{INDEX}"))
            if json.loads(index.read_bytes())["previous"] == version and index.parent != folder
        )
        unnamed = next(successors, None)
        if unnamed is None:
            return folder
        validate_release(unnamed)
        _set_current(unnamed)


def _set_current(folder: Path) -> None:
    with atomic_write(folder.parent / POINTER) as new_file:
        write_json(new_file, {"version": folder.name, "path": folder.name})


@contextmanager
def _staging(warehouse: Path) -> Iterator[Path]:
    """Yield a temporary directory in the folder of releases. Raises WriteError."""
    releases = _releases_folder(warehouse)
    try:
        with staging_dir(releases) as folder:
            yield folder
    except OSError as error:
        raise WriteError(f"cannot write {error.filename or releases}: {error.strerror or error}") from error


def _releases_folder(warehouse: Path) -> Path:
    return warehouse / "releases"
