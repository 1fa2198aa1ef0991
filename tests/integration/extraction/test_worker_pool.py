"""The worker pool with real processes: order of results, killed workers, workers that do not start."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PosixPath
from threading import Event

import pytest

from assets.extraction import worker_pool
from assets.extraction.worker_pool import MAX_FILE_MEMORY, WorkerPoolError, read_reports, run_in_pool
from assets.parsing.report import read_report
from tests.support import sample
from tests.support.fault_table import Theme, proves

GOOD = "59000055"
ROOT = Path(__file__).parents[3]


class AbortingPath(PosixPath):
    """A path that kills the process that reads it."""

    def read_bytes(self) -> bytes:
        os.abort()


class AbortingOncePath(PosixPath):
    """A path that kills the first process that reads it."""

    def read_bytes(self) -> bytes:
        marker = self.with_suffix(".read")
        if not marker.exists():
            marker.touch()
            os.abort()
        return super().read_bytes()


def publications(**paths):
    """Return pairs of a publication and a path, with the keywords as report ids."""
    publication = sample.reports()[GOOD][0]
    return [(replace(publication, report_id=report_id), path) for report_id, path in paths.items()]


def outcomes(results):
    """Return the status and the issues of each report, by report id."""
    rows = {}
    for publication, tables in results:
        issues = tables["extraction_issues"].to_pylist()
        report = tables["reports"].to_pylist()[0]
        assert report["report_id"] == publication.report_id
        rows[publication.report_id] = (
            report["status"],
            *[f"{row['code']}: {row['detail']}" for row in issues],
        )
    return rows


def test_results_keep_the_order_and_equal_in_process_results():
    ids = ["59000055", "59000031", "50206436"]
    pairs = [sample.reports()[report_id] for report_id in ids]
    results = list(read_reports(pairs, processes=2))
    assert [publication for publication, _ in results] == [publication for publication, _ in pairs]
    for (publication, tables), report_id in zip(results, ids, strict=True):
        assert tables == read_report(sample.pdf(report_id), publication)


@pytest.mark.slow
@proves(
    "A file that kills its worker or exceeds its memory limit",
    theme=Theme.HOSTILE,
    does="states the reason in the report's row and reads the other files with a new worker",
)
def test_killed_worker_affects_one_report(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_pool, "FILE_TIMEOUT", 10)
    good = sample.reports()[GOOD][1]
    os.mkfifo(tmp_path / "never ends.pdf")
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(2 * MAX_FILE_MEMORY)  # sparse: it fills no disk
    results = read_reports(
        publications(
            first=good,
            hangs=tmp_path / "never ends.pdf",
            kills=AbortingPath(good),
            eats=tmp_path / "huge.pdf",
            lost=tmp_path / "lost.pdf",
            noise=Path(__file__),
            last=good,
        ),
        processes=2,
    )
    assert outcomes(results) == {
        "first": ("complete",),
        "hangs": ("unreadable", "crashed: reading took longer than 10 seconds"),
        "kills": (
            "unreadable",
            "crashed: the worker aborted, probably because it needed more than 512 MB of memory",
        ),
        "eats": ("unreadable", "crashed: reading took more than 512 MB of memory"),
        "lost": ("unreadable", "crashed: the file could not be read: No such file or directory"),
        "noise": (
            "unreadable",
            "unreadable: pdfium cannot open the file: Failed to load document (PDFium: Data format error).",
        ),
        "last": ("complete",),
    }


@proves(
    "The second reader, or anything else that happens once, kills the worker of a file",
    theme=Theme.HOSTILE,
    does="reads the file again with the first reader alone",
)
def test_file_whose_worker_died_is_read_again_without_the_second_reader(tmp_path):
    path = AbortingOncePath(shutil.copy(sample.reports()[GOOD][1], tmp_path))
    assert outcomes(read_reports(publications(first=path), processes=1)) == {"first": ("complete",)}


def test_no_reports():
    assert list(read_reports([], processes=2)) == []


@pytest.mark.parametrize("processes", [1, 3])
def test_any_number_of_processes(processes):
    paths = {f"r{number}": sample.reports()[GOOD][1] for number in range(4)}
    results = read_reports(publications(**paths), processes)
    assert outcomes(results) == dict.fromkeys(paths, ("complete",))


def exit_at_once():
    os._exit(1)


def sleep_forever():
    Event().wait()


@pytest.mark.parametrize("calls", [1, 50])
@proves(
    "Worker processes that cannot be started",
    theme=Theme.HOSTILE,
    does="fails the run with one sentence; no report is marked as unreadable",
)
def test_workers_that_die_at_start_fail_the_run(monkeypatch, calls):
    monkeypatch.setattr(worker_pool, "_limit_worker", exit_at_once)
    with pytest.raises(WorkerPoolError, match="worker processes die as soon as they are started"):
        list(run_in_pool(os.getpid, [()] * calls, processes=2))


def test_workers_that_do_not_start_in_time_fail_the_run(monkeypatch):
    monkeypatch.setattr(worker_pool, "_limit_worker", sleep_forever)
    monkeypatch.setattr(worker_pool, "START_TIMEOUT", 1)
    monkeypatch.setattr(worker_pool, "FILE_TIMEOUT", 0.1)
    with pytest.raises(WorkerPoolError, match="no worker process started within 1 seconds"):
        list(run_in_pool(os.getpid, [()], processes=1))


def test_platform_without_resource_module():
    """Windows has no ``resource`` module: the memory limit is skipped, sockets stay blocked."""
    script = """
import importlib, socket, sys
from assets.extraction import worker_pool
sys.platform, sys.modules["resource"] = "win32", None
worker_pool.__dict__.pop("resource")
importlib.reload(worker_pool)._limit_worker()
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "network access is not allowed in a worker\n"


IMPORTS = """
from assets.extraction.worker_pool import run_in_pool
if __name__ == "__main__":
    print(*run_in_pool(eval, [("__import__('sys').modules['assets'].__file__",)], processes=1))
"""


def test_workers_import_the_code_of_their_run(tmp_path):
    """Also in a folder that has packages of the same names, such as another checkout."""
    for package in ("assets", "assets/extraction"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "assets" / "extraction" / "worker_pool.py").touch()
    script = tmp_path / "script" / "imports.py"
    script.parent.mkdir()
    script.write_text(IMPORTS)
    completed = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert completed.stdout.strip() == str(ROOT / "assets" / "__init__.py")
    assert completed.stderr == ""
