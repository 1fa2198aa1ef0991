"""File operations of the warehouse that differ between a folder on this machine and an object store.

Belongs here: everything that depends on where the warehouse is. Other modules use the methods that
``pathlib.Path`` and ``UPath`` share, and the functions below for the rest; anything that needs a local file
(DuckDB, pdfium, a rename) goes through ``staging_dir`` and ``commit_file``, or ``local_copy``.

An object store is addressed by a URL of any scheme that fsspec supports (``s3://bucket/prefix``). Both
implementations replace a file atomically: locally by a rename, remotely because an object becomes visible
only when its upload is complete.
"""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyarrow as pa
from upath import UPath

#: A path in the warehouse: a ``UPath`` in an object store, a ``Path`` elsewhere.
StoragePath: TypeAlias = Path | UPath

#: Prefix of the names of staging directories. A killed run leaves them behind;
#: ``atomic_write.remove_stale_temp_dirs`` removes them.
STAGING_PREFIX = ".new-"


def resolve_path(address: str | Path) -> Path:
    """Return the path of an address: of a folder, or of an object store if it starts with a scheme.

    A folder may start with ``~``, or be a URL of the scheme ``file``.

    Raises:
        ValueError: The address names a file or another machine's folder, fsspec does not know the scheme, or
            the package that it needs is not installed.
    """
    if "://" not in str(address) or str(address).startswith("file://"):
        return _local_folder(str(address))
    try:
        # Listings are not cached: they would hide files that other machines write. Other packages annotate
        # warehouse paths as Path and use only the methods that UPath shares.
        return cast("Path", UPath(address, use_listings_cache=False))
    except ImportError as error:
        raise ValueError(str(error)) from error


def _local_folder(address: str) -> Path:
    if address.startswith("file://"):
        url = urlsplit(address)
        if url.netloc not in ("", "localhost") or not url.path:
            raise ValueError("a folder on this machine starts with file:/// and three slashes")
        address = url2pathname(url.path)
    try:
        path = Path(address).expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    if path.is_file():
        raise ValueError("it is a file, not a folder")
    return path


def is_local(path: StoragePath) -> bool:
    """Return whether a path is on this machine."""
    return isinstance(path, Path)


def list_file_sizes(folder: StoragePath) -> dict[str, int]:
    """Return the size in bytes of each file in a folder, by name; empty if the folder does not exist."""
    return _storage(folder).list_file_sizes()


def read_bytes(path: StoragePath) -> bytes:
    """Return the content of a file at one moment, even if another process replaces the file meanwhile.

    Raises:
        OSError: The file does not exist or cannot be read.
    """
    return _storage(path).read_bytes()


def open_input(path: StoragePath) -> pa.NativeFile:
    """Open a file for Arrow. A local file is read on demand, a remote file is downloaded into memory.

    Raises:
        OSError: The file does not exist or cannot be read.
    """
    return _storage(path).open_input()


def staging_dir(folder: StoragePath) -> AbstractContextManager[Path]:
    """Return a context with a new local directory for files that ``commit_file`` moves into ``folder``.

    The directory is removed at the end of the context. For a local folder it is created in that folder,
    because a rename cannot cross file systems.
    """
    return _storage(folder).staging_dir()


def commit_file(staged: Path, path: StoragePath) -> None:
    """Replace ``path`` by a staged file; a reader sees the old content or the new content.

    ``staged`` may be a folder if ``path`` does not exist. In an object store its files become visible one by
    one.
    """
    _storage(path).commit(staged)


def remove_others(folder: StoragePath, kept: Collection[str]) -> None:
    """Remove everything in a folder but the entries, files or folders, with these names."""
    _storage(folder).remove_others(kept)


def remove_files(folder: StoragePath, names: Sequence[str]) -> None:
    """Remove those of the named files of a folder that exist, and the subfolders that are then empty.

    ``names`` are paths in the folder.
    """
    _storage(folder).remove_files(names)


def download(path: StoragePath, target: Path) -> None:
    """Copy a file or a folder to a local path."""
    _storage(path).download(target)


def local_copy(path: StoragePath) -> AbstractContextManager[Path]:
    """Return a context with a local file of the same content: the file itself, or a temporary copy."""
    return _storage(path).local_copy()


def hard_link(path: Path, target: Path) -> bool:
    """Make a new path a hard link to a file; return whether the file system allows it."""
    try:
        path.hardlink_to(target)
    except OSError:
        return False
    return True


class Storage(Protocol):
    """The operations above on one path, as its storage implements them."""

    def list_file_sizes(self) -> dict[str, int]: ...  # noqa: D102
    def read_bytes(self) -> bytes: ...  # noqa: D102
    def open_input(self) -> pa.NativeFile: ...  # noqa: D102
    def staging_dir(self) -> AbstractContextManager[Path]: ...  # noqa: D102
    def commit(self, staged: Path) -> None: ...  # noqa: D102
    def remove_others(self, kept: Collection[str]) -> None: ...  # noqa: D102
    def remove_files(self, names: Sequence[str]) -> None: ...  # noqa: D102
    def download(self, target: Path) -> None: ...  # noqa: D102
    def local_copy(self) -> AbstractContextManager[Path]: ...  # noqa: D102


def _storage(path: StoragePath) -> Storage:
    return _LocalStorage(path) if isinstance(path, Path) else _RemoteStorage(path)


@dataclass(frozen=True)
class _LocalStorage:
    path: Path

    def list_file_sizes(self) -> dict[str, int]:
        try:
            return {file.name: file.stat().st_size for file in self.path.iterdir() if file.is_file()}
        except FileNotFoundError:
            return {}

    def read_bytes(self) -> bytes:
        return self.path.read_bytes()

    def open_input(self) -> pa.NativeFile:
        return pa.OSFile(str(self.path), "r")

    @contextmanager
    def staging_dir(self) -> Iterator[Path]:
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path, prefix=STAGING_PREFIX) as folder:
            yield Path(folder)

    def commit(self, staged: Path) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for written in (*staged.rglob("*"), staged):
            _fsync(written)
        staged.replace(self.path)
        _fsync(self.path.parent)

    def remove_others(self, kept: Collection[str]) -> None:
        for entry in self.path.iterdir():
            if entry.name in kept:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def remove_files(self, names: Sequence[str]) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)
        for folder in {(self.path / name).parent for name in names} - {self.path}:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def download(self, target: Path) -> None:
        if self.path.is_dir():
            shutil.copytree(self.path, target, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.path, target)

    @contextmanager
    def local_copy(self) -> Iterator[Path]:
        yield self.path


@dataclass(frozen=True)
class _RemoteStorage:
    path: UPath

    def list_file_sizes(self) -> dict[str, int]:
        try:
            entries = self.path.fs.ls(self.path.path, detail=True)
        except FileNotFoundError:
            return {}
        return {
            entry["name"].rpartition("/")[2]: entry["size"] for entry in entries if entry["type"] == "file"
        }

    def read_bytes(self) -> bytes:
        return bytes(self.path.fs.cat_file(self.path.path))

    def open_input(self) -> pa.NativeFile:
        return pa.BufferReader(self.read_bytes())

    @contextmanager
    def staging_dir(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix=STAGING_PREFIX) as folder:
            yield Path(folder)

    def commit(self, staged: Path) -> None:
        source = f"{staged}{_trailing_slash(staged)}"
        self.path.fs.put(source, self.path.path, recursive=staged.is_dir())

    def remove_others(self, kept: Collection[str]) -> None:
        prefix = f"{self.path.path}/"
        names = self.path.fs.find(self.path.path)
        if others := [name for name in names if name.removeprefix(prefix).partition("/")[0] not in kept]:
            self.path.fs.rm(others)

    def remove_files(self, names: Sequence[str]) -> None:
        existing = set(self.path.fs.find(self.path.path))
        if found := [path for name in names if (path := f"{self.path.path}/{name}") in existing]:
            self.path.fs.rm(found)

    def download(self, target: Path) -> None:
        source = f"{self.path.path}{_trailing_slash(self.path)}"
        self.path.fs.get(source, str(target), recursive=self.path.is_dir())

    @contextmanager
    def local_copy(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self.path.name
            self.download(copy)
            yield copy


def _trailing_slash(path: StoragePath) -> str:
    """Return "/" for a folder: fsspec then copies its content, not the folder itself into an existing one."""
    return "/" if path.is_dir() else ""


def _fsync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
