"""File operations in an object store and, where they differ, in a local folder."""

from pathlib import Path

import pytest

from assets.storage.filesystem import (
    commit_file,
    download,
    list_file_sizes,
    read_bytes,
    remove_files,
    remove_others,
    resolve_path,
)
from assets.storage.versions import current_version, publish_version
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


def test_others_are_removed(store, local_folder, tmp_path):
    files = {"kept/file": "x", "kept too": "x", "kept too much": "x", "gone/file": "x", "gone/deep/file": "x"}
    for folder in (store / "c", tmp_path / "c"):
        commit_file(local_folder(folder.parent.name, files), folder)
        remove_others(folder, {"kept", "kept too"})
        assert downloaded(folder, tmp_path) == {"kept/file": "x", "kept too": "x"}
    assert list_file_sizes(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("is_remote", [False, True])
def test_named_files_are_removed(store, local_folder, tmp_path, is_remote):
    local = local_folder("named", {"kept/x.txt": "x", "gone/y.txt": "y", "gone/z.txt": "z", "w.txt": "w"})
    folder = store / "named" if is_remote else local
    if is_remote:
        commit_file(local, folder)
    remove_files(folder, ["gone/y.txt", "w.txt", "missing.txt", "nowhere/v.txt"])
    assert downloaded(folder, tmp_path) == {"kept/x.txt": "x", "gone/z.txt": "z"}
    remove_files(folder, ["gone/z.txt"])
    assert not (folder / "gone").exists()


def test_versions_of_a_folder(store, local_folder, tmp_path):
    """A version is removed only when the second version after it is the current one."""
    website = store / "website"
    commit_file(local_folder("before", {"page.html": "of an earlier layout"}), website)
    assert current_version(website) is None
    found = []
    for version in ("1", "2", "3"):
        publish_version(local_folder(version, {"page.html": version}), website, version, version.encode())
        assert current_version(website) == version
        found.append(downloaded(website, tmp_path / version).keys() - {"current.json"})
    assert found == [
        {"index.html", "1/page.html"},
        {"index.html", "1/page.html", "2/page.html"},
        {"index.html", "2/page.html", "3/page.html"},
    ]
    assert read_bytes(website / "index.html") == b"3"
