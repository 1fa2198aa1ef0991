"""One run at a time, which sweeps up after those that were killed."""

import pytest
from filelock import FileLock

from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.locking import LOCK_FILE, warehouse_lock
from tests.support.fault_table import Theme, proves


@proves(
    "A run that finds another at its warehouse",
    theme=Theme.TWO_AT_ONCE,
    does="says so and waits, for an hour at most; the lock ends with the process that holds it",
)
def test_another_run_is_waited_for_and_told_of(tmp_path):
    other = FileLock(tmp_path / LOCK_FILE)
    other.acquire()
    told = []

    def waiting(sentence):
        told.append(sentence)
        other.release()

    with warehouse_lock(tmp_path, waiting):
        assert told
    assert told == [f"another run is building {tmp_path}: waiting for its end"]


def test_a_run_that_does_not_end_is_left_alone(tmp_path):
    with (
        warehouse_lock(tmp_path, pytest.fail),
        pytest.raises(WriteError, match="another run has been building"),
        warehouse_lock(tmp_path, lambda _: None, longest=0.1),
    ):
        pass
    with warehouse_lock(tmp_path, pytest.fail):
        pass


@proves(
    "Half-written files of a killed run",
    theme=Theme.INTERRUPTION,
    does="sweeps them up; readers never look at names like theirs",
)
def test_what_killed_runs_left_is_swept_up_and_nothing_else(tmp_path):
    whole = parquet_store.table_path(tmp_path, "reports", 2022)
    with atomic_write(whole) as beside:
        beside.write_text("whole")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "kept.pdf").write_text("kept")
    left = [
        tmp_path / ".new-1" / "inspections.duckdb.part",
        tmp_path / "parquet" / ".new-2" / "x",
        whole.parent / ".new-3" / "part-0.parquet.part",
        tmp_path / "archive" / ".new-4" / "download.part",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    with warehouse_lock(tmp_path, pytest.fail):
        files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {LOCK_FILE, "archive/kept.pdf", str(whole.relative_to(tmp_path))}
    assert not list(tmp_path.rglob(".new-*"))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(WriteError, match=r"cannot write .*file"),
        warehouse_lock(tmp_path / "file" / "w", pytest.fail),
    ):
        pass
