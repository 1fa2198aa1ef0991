"""Files and folders in an object store, which knows neither renames nor folders."""

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
def here(tmp_path):
    """Write a folder of this machine, by what its files hold."""

    def write(name, files):
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        return tmp_path / name

    return write


def held(folder, tmp_path):
    """Return what a folder of the store holds, brought here."""
    download(folder, tmp_path / "brought")
    files = (path for path in (tmp_path / "brought").rglob("*") if path.is_file())
    return {path.relative_to(tmp_path / "brought").as_posix(): path.read_text() for path in files}


def test_a_file_takes_the_place_of_another(store, here):
    for text in ("one", "another"):
        commit_file(here("new", {"file": text}) / "file", store / "a" / "file")
        assert read_bytes(store / "a" / "file") == text.encode()
    assert list_file_sizes(store / "a") == {"file": len("another")}


def test_a_file_that_is_not_there(store, tmp_path):
    for folder in (store, tmp_path):
        with pytest.raises(FileNotFoundError):
            read_bytes(folder / "nowhere" / "file")


def test_a_folder_lies_where_it_was_put_again(store, here, tmp_path):
    for text in ("old", "new"):
        commit_file(here(text, {"file": text, "deep/file": text}), store / "b")
    assert held(store / "b", tmp_path) == {"file": "new", "deep/file": "new"}


def test_a_mirrored_folder_holds_nothing_else(store, here, tmp_path):
    sync_dir(here("old", {"file": "old", "gone/file": "old"}), store / "c" / "website")
    commit_file(here("beside", {"file": "kept"}), store / "c" / "website-of-another")
    sync_dir(here("new", {"file": "new", "more": "new"}), store / "c" / "website")
    assert held(store / "c", tmp_path) == {
        "website/file": "new",
        "website/more": "new",
        "website-of-another/file": "kept",
    }
