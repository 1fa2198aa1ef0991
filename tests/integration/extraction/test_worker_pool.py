"""Real worker processes, and files that are the end of them."""

import os
from dataclasses import replace
from pathlib import Path, PosixPath
from threading import Event

import pytest

from assets.extraction import worker_pool
from assets.extraction.worker_pool import MEMORY_PER_FILE, WorkerPoolError, read_reports, run_in_pool
from assets.parsing.report import read_report
from tests.support import sample
from tests.support.fault_table import Theme, proves

GOOD = "59000055"


class Deadly(PosixPath):
    """A file that kills whoever reads it."""

    def read_bytes(self) -> bytes:
        os.abort()


def work(**paths):
    """Return publications with the files they are to be read from, by report id."""
    publication = sample.reports()[GOOD][0]
    return [(replace(publication, report_id=report_id), path) for report_id, path in paths.items()]


def outcomes(found):
    """Return each report's status, and what its issue says."""
    rows = {}
    for publication, tables in found:
        issues = tables["extraction_issues"].to_pylist()
        report = tables["reports"].to_pylist()[0]
        assert report["report_id"] == publication.report_id
        rows[publication.report_id] = (
            report["status"],
            *[f"{row['code']}: {row['detail']}" for row in issues],
        )
    return rows


def test_reports_come_in_the_order_given_and_as_read_here():
    ids = ["59000055", "59000031", "50206436"]
    given = [sample.reports()[report_id] for report_id in ids]
    found = list(read_reports(given, processes=2))
    assert [publication for publication, _ in found] == [publication for publication, _ in given]
    for (publication, tables), report_id in zip(found, ids, strict=True):
        assert tables == read_report(sample.pdf(report_id), publication)


@proves(
    "A file that kills its worker, or needs all its memory",
    theme=Theme.HOSTILE,
    does="says so in the report's row, and reads the others with a fresh worker",
)
def test_a_file_costs_its_own_row_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_pool, "SECONDS_PER_FILE", 3)
    good = sample.reports()[GOOD][1]
    os.mkfifo(tmp_path / "never ends.pdf")
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(2 * MEMORY_PER_FILE)  # sparse: it fills no disk
    found = read_reports(
        work(
            first=good,
            hangs=tmp_path / "never ends.pdf",
            kills=Deadly(good),
            eats=tmp_path / "huge.pdf",
            lost=tmp_path / "lost.pdf",
            noise=Path(__file__),
            last=good,
        ),
        processes=2,
    )
    assert outcomes(found) == {
        "first": ("complete",),
        "hangs": ("unreadable", "crashed: reading took longer than 3 seconds"),
        "kills": ("unreadable", "crashed: its worker aborted, most likely to get more than 512 MB of memory"),
        "eats": ("unreadable", "crashed: reading took more than 512 MB of memory"),
        "lost": ("unreadable", "crashed: its file could not be read: No such file or directory"),
        "noise": (
            "unreadable",
            "unreadable: pdfium cannot open the file: Failed to load document (PDFium: Data format error).",
        ),
        "last": ("complete",),
    }


def test_nothing_to_read():
    assert list(read_reports([], processes=2)) == []


@pytest.mark.parametrize("processes", [1, 3])
def test_any_number_of_processes(processes):
    found = outcomes(
        read_reports(work(**{f"r{place}": sample.reports()[GOOD][1] for place in range(4)}), processes)
    )
    assert found == {f"r{place}": ("complete",) for place in range(4)}


def never_starts():
    os._exit(1)


def sleeps():
    Event().wait()


@pytest.mark.parametrize("calls", [1, 50])
@proves(
    "Worker processes that cannot be started",
    theme=Theme.HOSTILE,
    does="ends the run with a sentence; no report is called unreadable for it",
)
def test_workers_that_die_at_once_end_the_run(monkeypatch, calls):
    monkeypatch.setattr(worker_pool, "_confine", never_starts)
    with pytest.raises(WorkerPoolError, match="worker processes die as soon as they are started"):
        list(run_in_pool(os.getpid, [()] * calls, processes=2))


def test_workers_that_never_come_up_end_the_run(monkeypatch):
    monkeypatch.setattr(worker_pool, "_confine", sleeps)
    monkeypatch.setattr(worker_pool, "SECONDS_TO_START", 1)
    monkeypatch.setattr(worker_pool, "SECONDS_PER_FILE", 0.1)
    with pytest.raises(WorkerPoolError, match="no worker process started within 1 seconds"):
        list(run_in_pool(os.getpid, [()], processes=1))
