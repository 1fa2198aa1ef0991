"""File operations in an object store and, where they differ, in a local folder."""

from pathlib import Path

import pytest

from assets.storage.filesystem import (
    commit_file,
    download,
    list_file_sizes,
    read_bytes,
    resolve_path,
    sync_dir,
)
from tests.support import object_store


@pytest.fixture(scope="module")
def store():
    with object_store.serving() as address:
        yield resolve_path(address)


@pytest.fixture
def local_folder(tmp_path):
    """Return a function that writes a local folder from a mapping of paths to texts."""

    def write(name, files):
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        return tmp_path / name

    return write


def downloaded(folder, tmp_path):
    """Return the texts of the files in a folder by path, after a download."""
    copy = tmp_path / "downloaded"
    download(folder, copy)
    return {path.relative_to(copy).as_posix(): path.read_text() for path in copy.rglob("*") if path.is_file()}


def test_addresses_of_local_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "a folder"
    assert resolve_path(folder) == folder
    assert resolve_path("~/a folder") == folder
    assert resolve_path(folder.as_uri()) == folder
    assert resolve_path("warehouse") == Path("warehouse")


@pytest.mark.parametrize("address", [__file__, "file://server/folder", "file://", "~nobody-has-this-name/x"])
def test_addresses_that_are_no_folder(address):
    with pytest.raises(ValueError, match=r"file, not a folder|on this machine|home directory"):
        resolve_path(address)


def test_commit_replaces_a_file(store, local_folder):
    for text in ("one", "another"):
        commit_file(local_folder("new", {"file": text}) / "file", store / "a" / "file")
        assert read_bytes(store / "a" / "file") == text.encode()
    assert list_file_sizes(store / "a") == {"file": len("another")}


def test_missing_file(store, tmp_path):
    for folder in (store, tmp_path):
        with pytest.raises(FileNotFoundError):
            read_bytes(folder / "nowhere" / "file")


def test_commit_of_a_folder_twice(store, local_folder, tmp_path):
    for text in ("old", "new"):
        commit_file(local_folder(text, {"file": text, "deep/file": text}), store / "b")
    assert downloaded(store / "b", tmp_path) == {"file": "new", "deep/file": "new"}


def test_sync_removes_other_files(store, local_folder, tmp_path):
    sync_dir(local_folder("old", {"file": "old", "gone/file": "old"}), store / "c" / "website")
    commit_file(local_folder("beside", {"file": "kept"}), store / "c" / "website-of-another")
    sync_dir(local_folder("new", {"file": "new", "more": "new"}), store / "c" / "website")
    assert downloaded(store / "c", tmp_path) == {
        "website/file": "new",
        "website/more": "new",
        "website-of-another/file": "kept",
    }


def test_local_folder_has_the_same_operations(local_folder, tmp_path):
    for text in ("old", "new"):
        sync_dir(local_folder(text, {text: text, "deep/file": text}), tmp_path / "website")
        assert list_file_sizes(tmp_path / "website") == {text: 3}
    assert downloaded(tmp_path / "website", tmp_path) == {"new": "new", "deep/file": "new"}
    assert not list(tmp_path.glob(".new-*"))
    assert list_file_sizes(tmp_path / "nowhere") == {}
