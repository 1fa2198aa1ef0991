"""Hostile files: each affects only its own row, within the limits, and the other files are read."""

import os
import random
import resource
import socket
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from assets.extraction import worker_pool
from assets.extraction.worker_pool import WorkerFailure, read_reports, run_in_pool
from assets.parsing.invariants.codes import CODES
from assets.parsing.report import MAX_PAGES_PDFPLUMBER, read_report
from assets.pdf.pdfium_lines import MAX_PAGES, read_lines
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from tests.support import pdf_builder, sample
from tests.support.fault_table import Theme, proves

GOOD = "59000055"
INSPECTION = "50177455"
PAGE = pdf_builder.draw_text(70, 100, "A page of a report that goes on and on, and says nothing of anyone.")
NO_MEMORY = "the worker aborted, probably because it needed more than 512 MB of memory"

#: Each form XObject draws the one before it ten times: 10^15 words if all were drawn.
NESTED_FORMS = [pdf_builder.draw_text(70, 100, "ha"), *(b"/X%d Do " % number * 10 for number in range(15))]

ENCRYPTED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF""" % (b"11" * 32, b"22" * 32)

#: A scan: a page with an image and no text.
SCAN = pdf_builder.build_pdf([b"q 595 0 0 842 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q"])


def bombs():
    spaces = pdf_builder.compressed_bomb(800)
    return {
        "bomb": pdf_builder.build_pdf([pdf_builder.compressed_stream(spaces)]),
        "nested bomb": pdf_builder.build_pdf(
            [pdf_builder.compressed_stream(zlib.compress(spaces), filters=b"/FlateDecode/FlateDecode")]
        ),
        "million words": pdf_builder.build_pdf(
            [pdf_builder.compressed_stream(pdf_builder.compressed_bomb(60, b"BT /F1 1 Tf (A) Tj ET "))]
        ),
        "nested forms": pdf_builder.build_pdf([b"/X15 Do"], NESTED_FORMS),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the path of each file by name; the first and the last are normal reports."""
    inspection = sample.pdf(INSPECTION)
    contents = {
        "first": sample.pdf(GOOD),
        "empty": b"",
        "noise": random.Random(7).randbytes(50_000),
        "noise after a PDF header": b"%PDF-1.7\n" + random.Random(8).randbytes(50_000),
        "truncated": inspection[: len(inspection) // 2],
        "encrypted": ENCRYPTED,
        "no pages": pdf_builder.build_pdf([]),
        "scanned": SCAN,
        "thousand pages": pdf_builder.build_pdf([PAGE] * 1000),
        **bombs(),
        "another report": sample.pdf("59000107"),
        "last": sample.pdf(GOOD),
    }
    folder = tmp_path_factory.mktemp("files")
    for name, pdf in contents.items():
        (folder / name).write_bytes(pdf)
    return {name: folder / name for name in contents}


def publications(files):
    """Return pairs of a publication and a path: copies of one focused visit with the names as report ids."""
    publication = sample.reports()[GOOD][0]
    return [(replace(publication, report_id=name), path) for name, path in files.items()]


def rows(tables, name):
    return tables[name].to_pylist()


@pytest.mark.slow
@proves(
    "A file that is empty, noise, truncated, encrypted, a scan, too long, a bomb, or not a report",
    theme=Theme.HOSTILE,
    does="states the error in that report's row and reads the other files",
)
def test_hostile_file_affects_its_own_row_only(files):
    results = {
        publication.report_id: tables
        for publication, tables in read_reports(publications(files), processes=2)
    }
    assert list(results) == list(files)
    statuses = {name: rows(tables, "reports")[0]["status"] for name, tables in results.items()}
    issues = {
        name: [(row["code"], row["detail"]) for row in rows(tables, "extraction_issues")]
        for name, tables in results.items()
    }
    broken = "pdfium cannot open the file: Failed to load document (PDFium: Data format error)."
    assert statuses == {
        "first": "complete",
        **dict.fromkeys(list(files)[1:-2], "unreadable"),
        "another report": "partial",
        "last": "complete",
    }
    assert {name: issues[name] for name in list(files)[1:-2]} == {
        "empty": [("unreadable", broken)],
        "noise": [("unreadable", broken)],
        "noise after a PDF header": [("unreadable", broken)],
        "truncated": [("unreadable", broken)],
        "encrypted": [
            (
                "unreadable",
                "pdfium cannot open the file: Failed to load document (PDFium: Incorrect password error).",
            )
        ],
        "no pages": [("unreadable", "pdfium cannot open the file: it has no pages")],
        "scanned": [("no_text", "none of the 1 pages has text")],
        "thousand pages": [("too_many_pages", f"the file has 1000 pages; the limit is {MAX_PAGES}")],
        **{name: [("crashed", NO_MEMORY)] for name in bombs()},
    }
    # It was published on another day, too.
    assert {code for code, _ in issues["another report"]} == {"authority_not_named", "dates_implausible"}
    for tables in results.values():
        assert check_references(tables) == []
        for name, table in tables.items():
            assert check_rows(TABLES[name], table) == []
        assert {row["code"] for row in rows(tables, "extraction_issues")} <= CODES.keys()


@pytest.mark.slow
@proves(
    "A file that takes too long to read",
    theme=Theme.HOSTILE,
    does="kills the worker at the time limit and states the reason in the report's row",
)
def test_slow_file_is_killed_at_the_time_limit(tmp_path, monkeypatch):
    """The limit also holds inside native code of pdfium, which an exception cannot interrupt."""
    monkeypatch.setattr(worker_pool, "FILE_TIMEOUT", 5)
    slow = tmp_path / "slow"
    page = pdf_builder.compressed_stream(pdf_builder.compressed_bomb(100, b"q Q "))
    slow.write_bytes(pdf_builder.build_pdf([page] * 50))
    failure, pages = run_in_pool(count_pages, [(slow,), (sample.reports()[GOOD][1],)], processes=1)
    assert failure == WorkerFailure("reading took longer than 5 seconds", lost=True)
    assert pages > 2


def count_pages(path):
    return read_lines(path.read_bytes())[0]


@pytest.mark.slow
def test_pdfium_rows_are_kept_if_pdfplumber_exceeds_the_time_limit(tmp_path, monkeypatch):
    # pdfium needs half a second for this file and pdfplumber 200 times as long: more than any load changes.
    monkeypatch.setattr(worker_pool, "FILE_TIMEOUT", 20)
    line = "One line of a page that is full of lines with the same words on every one of them."
    full = b"".join(pdf_builder.draw_text(70, 80 + 14 * index, line) for index in range(48))
    (tmp_path / "long").write_bytes(pdf_builder.build_pdf([full] * MAX_PAGES_PDFPLUMBER))
    [(_, tables)] = read_reports(publications({"long": tmp_path / "long"}), processes=1)
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert tables["report_lines"].num_rows == 48 * MAX_PAGES_PDFPLUMBER
    details = {row["code"]: row["detail"] for row in rows(tables, "extraction_issues")}
    assert details["second_reader"] == "pdfplumber was not used: reading took longer than 20 seconds"


def pid_and_peak(path, publication):
    """Read a report and return the process id and the peak resident memory of the worker, in MB."""
    read_report(path.read_bytes(), publication)
    return os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.slow
def test_normal_reports_need_little_memory_and_leave_no_worker(monkeypatch):
    # The time is not tested here: pdfplumber takes seconds, and minutes on a busy machine.
    monkeypatch.setattr(worker_pool, "FILE_TIMEOUT", 3600)
    # With another authority the reports break an invariant, so that pdfplumber reads them too.
    reports = [sample.reports()[report_id] for report_id in ("50293401", INSPECTION)]
    calls = [(path, replace(publication, authority="Derby")) for publication, path in reports]
    results = list(run_in_pool(pid_and_peak, calls, processes=2))
    assert all(peak < 300 for _, peak in results)
    assert all(is_gone(pid) for pid, _ in results)


def test_no_worker_is_left_when_the_generator_is_closed():
    results = run_in_pool(current_pid, [()] * 50, processes=2)
    pid = next(results)
    assert not is_gone(pid)
    results.close()
    assert is_gone(pid)


def current_pid():
    return os.getpid()


def limits():
    return resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CORE)


def test_resource_limits_of_workers():
    [(memory, core)] = run_in_pool(limits, [()], processes=1)
    assert 0 < memory[0] == memory[1] < 4 * 1024**3
    assert core == (0, 0)
    assert resource.getrlimit(resource.RLIMIT_AS) != memory


@pytest.mark.parametrize("call", ["connect", "resolve"])
@proves(
    "Code in a worker that opens a network connection",
    theme=Theme.HOSTILE,
    does="raises an error: workers cannot open sockets",
)
def test_workers_have_no_network_access(call):
    with socket.create_server(("127.0.0.1", 0)) as server:
        [result] = run_in_pool(connect, [(call, server.getsockname())], processes=1)
    assert result == WorkerFailure("the file could not be read: network access is not allowed in a worker")


def connect(call, address):
    if call == "connect":
        socket.create_connection(address)
    else:
        socket.getaddrinfo("localhost", 80)


def test_errors_of_workers_become_failures():
    assert list(run_in_pool(Path.read_text, [(Path("nowhere"),)], 1)) == [
        WorkerFailure("the file could not be read: No such file or directory")
    ]
    [failure] = run_in_pool(int, [("x" * 1000,)], 1)
    assert failure.reason.startswith("ValueError: invalid literal")
    assert len(failure.reason) <= 200
    assert list(run_in_pool(os._exit, [(3,)], 1)) == [
        WorkerFailure("the worker ended with exit code 3", lost=True)
    ]
