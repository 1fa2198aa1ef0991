"""What may come instead of a report: each file costs its own row, within its limits, and the others go on."""

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
from assets.parsing.invariants import CODES
from assets.parsing.report import MAX_PAGES_PDFPLUMBER, read_report
from assets.pdf.pdfium_lines import MAX_PAGES, read_lines
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from tests.support import pdf_builder, sample
from tests.support.fault_table import Theme, proves

GOOD = "59000055"
INSPECTION = "50177455"
PAGE = pdf_builder.draw_text(70, 100, "A page of a report that goes on and on, and says nothing of anyone.")
NO_MEMORY = "its worker aborted, most likely to get more than 512 MB of memory"

#: Each form draws the one before it ten times: a thousand million million words, were they all drawn.
LAUGHS = [pdf_builder.draw_text(70, 100, "ha"), *(b"/X%d Do " % place * 10 for place in range(15))]

ENCRYPTED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF""" % (b"11" * 32, b"22" * 32)

#: A picture of a page: a scan without text.
SCAN = pdf_builder.build_pdf([b"q 595 0 0 842 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q"])


def bombs():
    spaces = pdf_builder.compressed_bomb(800)
    return {
        "bomb": pdf_builder.build_pdf([pdf_builder.compressed_stream(spaces)]),
        "bomb in a bomb": pdf_builder.build_pdf(
            [pdf_builder.compressed_stream(zlib.compress(spaces), filters=b"/FlateDecode/FlateDecode")]
        ),
        "a million words": pdf_builder.build_pdf(
            [pdf_builder.compressed_stream(pdf_builder.compressed_bomb(60, b"BT /F1 1 Tf (A) Tj ET "))]
        ),
        "a thousand million laughs": pdf_builder.build_pdf([b"/X15 Do"], LAUGHS),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return what each file is called, and where it lies; a good one comes first and last."""
    whole = sample.pdf(INSPECTION)
    contents = {
        "first": sample.pdf(GOOD),
        "empty": b"",
        "noise": random.Random(7).randbytes(50_000),
        "noise behind a PDF's head": b"%PDF-1.7\n" + random.Random(8).randbytes(50_000),
        "truncated": whole[: len(whole) // 2],
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


def work(files):
    """Return the files as those of one focused visit, under ids of their own."""
    publication = sample.reports()[GOOD][0]
    return [(replace(publication, report_id=name), path) for name, path in files.items()]


def rows(tables, name):
    return tables[name].to_pylist()


@proves(
    "A file that is empty, noise, truncated, encrypted, a scan, endless, a bomb, or no report",
    theme=Theme.HOSTILE,
    does="gives that report a row that says what is wrong with its file, and reads the others",
)
def test_each_costs_its_own_row_and_the_others_go_on(files):
    found = {publication.report_id: tables for publication, tables in read_reports(work(files), processes=2)}
    assert list(found) == list(files)
    statuses = {name: rows(tables, "reports")[0]["status"] for name, tables in found.items()}
    issues = {
        name: [(row["code"], row["detail"]) for row in rows(tables, "extraction_issues")]
        for name, tables in found.items()
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
        "noise behind a PDF's head": [("unreadable", broken)],
        "truncated": [("unreadable", broken)],
        "encrypted": [
            (
                "unreadable",
                "pdfium cannot open the file: Failed to load document (PDFium: Incorrect password error).",
            )
        ],
        "no pages": [("unreadable", "pdfium cannot open the file: it has no pages")],
        "scanned": [("no_text", "none of the 1 pages has text")],
        "thousand pages": [("too_many_pages", f"it has 1000 pages, more than {MAX_PAGES}")],
        **{name: [("crashed", NO_MEMORY)] for name in bombs()},
    }
    assert [code for code, _ in issues["another report"]] == ["authority_not_named"]
    for tables in found.values():
        assert check_references(tables) == []
        for name, table in tables.items():
            assert check_rows(TABLES[name], table) == []
        assert {row["code"] for row in rows(tables, "extraction_issues")} <= CODES.keys()


@proves(
    "A file that takes too long to read",
    theme=Theme.HOSTILE,
    does="kills its worker when its time is up, and says so in the report's row",
)
def test_a_file_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    """Time is up in pdfium's own code too, which no exception reaches."""
    monkeypatch.setattr(worker_pool, "SECONDS_PER_FILE", 1)
    slow = tmp_path / "slow"
    slow.write_bytes(
        pdf_builder.build_pdf([pdf_builder.compressed_stream(pdf_builder.compressed_bomb(200, b"q Q "))])
    )
    lost, read = run_in_pool(pages, [(slow,), (sample.reports()[GOOD][1],)], processes=1)
    assert lost == WorkerFailure("reading took longer than 1 seconds", in_time=False)
    assert read > 2


def pages(path):
    return read_lines(path.read_bytes())[0]


def test_what_the_first_reader_read_is_not_lost_with_the_second(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_pool, "SECONDS_PER_FILE", 2)
    line = "A line of a page that is full of lines, of which each says as little as all others."
    full = b"".join(pdf_builder.draw_text(70, 80 + 14 * place, line) for place in range(48))
    (tmp_path / "long").write_bytes(pdf_builder.build_pdf([full] * MAX_PAGES_PDFPLUMBER))
    [(_, tables)] = read_reports(work({"long": tmp_path / "long"}), processes=1)
    assert rows(tables, "reports")[0]["status"] == "partial"
    assert tables["report_lines"].num_rows == 48 * MAX_PAGES_PDFPLUMBER
    details = {row["code"]: row["detail"] for row in rows(tables, "extraction_issues")}
    assert details["second_reader"] == "it was of no help: reading took longer than 2 seconds"


def pid_and_peak(path, publication):
    """Read a report; return the worker's process and the most memory it ever held, in MB."""
    read_report(path.read_bytes(), publication)
    return os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_good_files_take_little_memory_and_no_worker_is_left():
    # Of another authority, so that both readers have them.
    reports = [sample.reports()[report_id] for report_id in ("50293401", INSPECTION)]
    calls = [(path, replace(publication, authority="Derby")) for publication, path in reports]
    results = list(run_in_pool(pid_and_peak, calls, processes=2))
    assert all(peak < 300 for _, peak in results)
    assert all(gone(pid) for pid, _ in results)


def test_no_worker_is_left_where_the_caller_gives_up():
    running = run_in_pool(own_pid, [()] * 50, processes=2)
    pid = next(running)
    assert not gone(pid)
    running.close()
    assert gone(pid)


def own_pid():
    return os.getpid()


def limits():
    return resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CORE)


def test_a_workers_limits():
    [(memory, core)] = run_in_pool(limits, [()], processes=1)
    assert 0 < memory[0] == memory[1] < 4 * 1024**3
    assert core == (0, 0)
    assert resource.getrlimit(resource.RLIMIT_AS) != memory


@pytest.mark.parametrize("call", ["connect", "resolve"])
@proves(
    "Code that reads a file, and asks the network",
    theme=Theme.HOSTILE,
    does="refuses: Python's sockets are shut to workers",
)
def test_workers_have_no_network(call):
    with socket.create_server(("127.0.0.1", 0)) as server:
        [result] = run_in_pool(ask, [(call, server.getsockname())], processes=1)
    assert result == WorkerFailure("its file could not be read: reading a file needs no network")


def ask(call, address):
    if call == "connect":
        socket.create_connection(address)
    else:
        socket.getaddrinfo("localhost", 80)


def test_an_error_of_any_kind_is_told():
    assert list(run_in_pool(Path.read_text, [(Path("nowhere"),)], 1)) == [
        WorkerFailure("its file could not be read: No such file or directory")
    ]
    [lost] = run_in_pool(int, [("x" * 1000,)], 1)
    assert lost.why.startswith("ValueError: invalid literal")
    assert len(lost.why) <= 200
    assert list(run_in_pool(os._exit, [(3,)], 1)) == [WorkerFailure("its worker ended with exit code 3")]
