"""Replacement of a folder: readers find the previous one or the new one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from assets.storage import atomic_write
from assets.storage.atomic_write import replace_dir

READS = 1000


def make_folder(path, text):
    path.mkdir()
    (path / "page.html").write_text(text, encoding="utf-8")
    return path


def test_readers_never_miss_a_folder_that_is_replaced(tmp_path):
    website, new = make_folder(tmp_path / "website", "A"), make_folder(tmp_path / "new", "B")

    is_read = Event()

    def replace_until_read():
        while not is_read.is_set():
            replace_dir(new, website)

    texts = []
    with ThreadPoolExecutor() as threads:
        writer = threads.submit(replace_until_read)
        try:
            while len(texts) < READS or set(texts) != {"A", "B"}:
                texts.append((website / "page.html").read_text(encoding="utf-8"))
        finally:
            is_read.set()
        writer.result()


def test_first_folder(tmp_path):
    new = make_folder(tmp_path / "new", "A")
    replace_dir(new, tmp_path / "website")
    assert (tmp_path / "website" / "page.html").read_text(encoding="utf-8") == "A"
    assert not new.exists()


def test_previous_folder_is_kept_where_folders_cannot_be_exchanged(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic_write, "_exchange", lambda *_: False)
    website, new = make_folder(tmp_path / "website", "A"), make_folder(tmp_path / "new", "B")
    replace_dir(new, website)
    assert (website / "page.html").read_text(encoding="utf-8") == "B"
    assert (new / "page.html").read_text(encoding="utf-8") == "A"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "website"]


def test_other_errors_are_reported(tmp_path):
    website = make_folder(tmp_path / "website", "A")
    with pytest.raises(OSError, match="No such file"):
        replace_dir(tmp_path / "missing", website)
    assert (website / "page.html").read_text(encoding="utf-8") == "A"
