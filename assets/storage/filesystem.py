"""Where the warehouse lies: a folder of this machine, or a prefix of an object store; nobody else asks which.

A place in an object store (``s3://bucket/prefix``, or any other address that fsspec knows) is a path that
answers to ``pathlib``'s names. Elsewhere it is taken for a ``Path`` and never for more: what only files of
this machine can do (be renamed, opened by DuckDB or pdfium) is done through ``scratch``, ``put`` and
``at_hand``. Every object store puts an object in place whole or not at all, as a rename does here.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pyarrow as pa
from upath import UPath

#: How the names of folders begin in which files are written; ``writing`` sweeps up those of killed runs.
STAGING_PREFIX = ".new-"


def resolve_path(address: str | Path) -> Path:
    """Return the place of an address: of a folder, or of an object store where it begins with a scheme.

    Raises:
        ValueError: fsspec does not know the scheme, or lacks the package for it.
    """
    if "://" not in str(address):
        return Path(address)
    try:
        # What others write must be seen: listings are asked for, never remembered.
        return cast("Path", UPath(address, use_listings_cache=False))
    except ImportError as error:
        raise ValueError(str(error)) from error


def is_local(path: Path) -> bool:
    """Tell whether a place is on this machine."""
    return isinstance(path, Path)


def list_file_sizes(folder: Path) -> dict[str, int]:
    """Return the size in bytes of every file of a folder, by name; of none if there is no such folder."""
    whole = UPath(folder)
    try:
        listed = whole.fs.ls(whole.path, detail=True)
    except FileNotFoundError:
        return {}
    return {each["name"].rpartition("/")[2]: each["size"] for each in listed if each["type"] == "file"}


def read_bytes(path: Path) -> bytes:
    """Return what a file holds at one moment, whoever replaces it meanwhile: all of it in one answer.

    Raises:
        OSError: It is not there, or cannot be read.
    """
    if is_local(path):
        return path.read_bytes()
    whole = UPath(path)
    return bytes(whole.fs.cat_file(whole.path))


def open_input(path: Path) -> pa.NativeFile:
    """Open a file for Arrow, as it is at one moment: here as much of it is read as is asked for.

    Raises:
        OSError: It is not there, or cannot be read.
    """
    return pa.OSFile(str(path), "r") if is_local(path) else pa.BufferReader(read_bytes(path))


@contextmanager
def staging_dir(folder: Path) -> Iterator[Path]:
    """Yield a new folder of this machine from which ``put`` brings files to ``folder``; it is swept away.

    It lies in ``folder`` itself where that is possible: a rename needs the same disk.
    """
    if is_local(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder if is_local(folder) else None, prefix=STAGING_PREFIX) as new:
        yield Path(new)


def commit_file(file: Path, path: Path) -> None:
    """Put a file from a ``scratch`` in its place: whoever reads there sees the old one or the new one.

    Where there is nothing yet, it may be a folder; in an object store its files then come one by one.
    """
    if is_local(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for written in (*file.rglob("*"), file):
            _fsync(written)
        file.replace(path)
        _fsync(path.parent)
    else:
        target = UPath(path)
        target.fs.put(f"{file}{_trailing_slash(file)}", target.path, recursive=file.is_dir())


def sync_dir(folder: Path, path: Path) -> None:
    """Have a folder of an object store hold what a folder here holds, and in the end nothing else."""
    target = UPath(path)
    commit_file(folder, path)
    held = {f"{target.path}/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*")}
    if gone := [name for name in target.fs.find(target.path) if name not in held]:
        target.fs.rm(gone)


def download(path: Path, here: Path) -> None:
    """Copy a file or folder to a place on this machine."""
    source = UPath(path)
    source.fs.get(f"{source.path}{_trailing_slash(path)}", str(here), recursive=source.is_dir())


def _trailing_slash(path: Path) -> str:
    """Return what has fsspec copy what is in a folder, not the folder into one that is there already."""
    return "/" if path.is_dir() else ""


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """Yield a file of this machine that holds what ``path`` holds: itself, or a copy for a while."""
    if is_local(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        download(path, copy)
        yield copy


def _fsync(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
