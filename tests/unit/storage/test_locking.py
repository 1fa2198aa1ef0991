"""The lock of a warehouse: exclusive between runs, reentrant within one, stale files removed under it."""

import threading

import pytest
from filelock import FileLock

from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.locking import LOCK_FILE, warehouse_lock
from tests.support.fault_table import Theme, proves


@proves(
    "A run starts while another run writes to the same warehouse",
    theme=Theme.TWO_AT_ONCE,
    does="says so and waits for up to an hour; the lock ends with the process that holds it",
)
def test_run_reports_that_it_waits_for_the_lock(tmp_path):
    other = FileLock(tmp_path / LOCK_FILE)
    other.acquire()
    messages = []

    def on_wait(message):
        messages.append(message)
        other.release()

    with warehouse_lock(tmp_path, on_wait):
        assert messages
    assert messages == [f"another run is writing to {tmp_path}: waiting until it ends"]


def test_wait_for_the_lock_ends_at_the_timeout(tmp_path):
    other = FileLock(tmp_path / LOCK_FILE)
    other.acquire()
    with (
        pytest.raises(WriteError, match="another run has held the lock of"),
        warehouse_lock(tmp_path, lambda _: None, timeout=0.1),
    ):
        pass
    other.release()
    with warehouse_lock(tmp_path, pytest.fail):
        pass


def test_lock_is_reentrant_in_its_thread_and_exclusive_between_threads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    waited = []

    def contend():
        with warehouse_lock(tmp_path, waited.append):
            waited.append("acquired")

    other = threading.Thread(target=contend)
    with warehouse_lock(tmp_path, pytest.fail):
        staged = tmp_path / ".new-1"
        staged.mkdir()
        with warehouse_lock(tmp_path.relative_to(tmp_path.parent), pytest.fail):
            assert staged.exists()
        other.start()
        other.join(0.2)
        assert "acquired" not in waited
    other.join()
    assert waited[-1] == "acquired"


@proves(
    "Half-written files of a killed run",
    theme=Theme.INTERRUPTION,
    does="removes them; readers ignore names like theirs",
)
def test_only_stale_temp_dirs_are_removed(tmp_path):
    committed = parquet_store.table_path(tmp_path, "reports", 2022)
    with atomic_write(committed) as temporary:
        temporary.write_text("complete")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "kept.pdf").write_text("kept")
    stale = [
        tmp_path / ".new-1" / "inspections.duckdb.part",
        tmp_path / "parquet" / ".new-2" / "x",
        committed.parent / ".new-3" / "part-0.parquet.part",
        tmp_path / "archive" / ".new-4" / "download.part",
    ]
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    with warehouse_lock(tmp_path, pytest.fail):
        files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {LOCK_FILE, "archive/kept.pdf", str(committed.relative_to(tmp_path))}
    assert not list(tmp_path.rglob(".new-*"))


def test_error_names_a_folder_that_cannot_be_created(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(WriteError, match=r"cannot write .*file"),
        warehouse_lock(tmp_path / "file" / "w", pytest.fail),
    ):
        pass
