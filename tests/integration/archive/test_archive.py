"""The archive, filled from a fake site with faults."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.archive.archive import (
    FETCH_LOG_SCHEMA,
    MAX_CONSECUTIVE_FAILURES,
    OUTCOMES,
    RETRY_AFTER_GONE,
    ArchiveError,
    fetch_reports,
    find_damage,
    latest_attempts,
    quarantine,
    stored_file_path,
)
from assets.publications import client
from assets.publications.client import ForbiddenError, SiteClient, SiteError, UnavailableError
from assets.publications.pages import FILE_URL
from assets.schema.tables import allowed_values, field_metadata
from assets.storage.atomic_write import remove_stale_temp_dirs
from assets.storage.locking import warehouse_lock
from tests.support.disks import limited_file_size
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import (
    dripping,
    endless,
    held,
    other,
    page,
    redirected,
    reset,
    slow,
    status,
    truncated,
    without,
)
from tests.support.fault_table import Theme, proves
from tests.support.rows import rows

NOW, DAY = datetime(2026, 9, 7, 6), timedelta(days=1)
IDS = [f"5000000{number}" for number in range(6)]


@pytest.fixture
def folder(tmp_path):
    return folders.write(tmp_path / "site", [folders.row(80400, report_id) for report_id in IDS])


@pytest.fixture
def fake_site(folder):
    with serve(folder) as running_site:
        yield running_site


@pytest.fixture
def site(fake_site, quick):
    with SiteClient(fake_site.url, replace(quick, max_attempts=2, max_file_bytes=1_000_000)) as client:
        yield client


@pytest.fixture
def impatient_site(fake_site, quick):
    """A client that waits half a second for an answer and for a whole file."""
    impatient = replace(
        quick, max_attempts=1, file_timeout=0.5, max_body_seconds=0.5, max_file_bytes=1_000_000
    )
    with SiteClient(fake_site.url, impatient) as client:
        yield client


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


def publications(ids=IDS, **columns):
    """Return rows of the table ``publications``, first listed a day before."""
    listed = [
        {
            "report_id": report_id,
            "url": FILE_URL.format(report_id),
            "is_listed": True,
            "changed_at": NOW - DAY,
        }
        | columns
        for report_id in ids
    ]
    return rows("publications", *listed)


def outcomes(table):
    return dict(zip(table["report_id"].to_pylist(), table["outcome"].to_pylist(), strict=True))


def test_files_are_stored_under_their_hash(site, fake_site, folder, archive):
    fetched = fetch_reports(site, publications(), archive, NOW)
    assert fetched.schema.equals(FETCH_LOG_SCHEMA)
    assert outcomes(fetched) == dict.fromkeys(IDS, "stored")
    for row in fetched.to_pylist():
        content = (folder / f"{row['report_id']}.pdf").read_bytes()
        assert stored_file_path(archive, row["sha256"]).read_bytes() == content
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert row["size_bytes"] == row["content_length"] == len(content)
        assert row["public_url"] == f"https://files.ofsted.gov.uk/v1/file/{row['report_id']}"
        assert row["url"] == f"{fake_site.url}/v1/file/{row['report_id']}"
        assert (row["status_code"], row["content_type"], row["detail"]) == (200, "application/pdf", None)
        assert row["etag"]
        assert row["last_modified"]
        assert NOW <= row["requested_at"] < NOW + timedelta(seconds=30)
    assert pq.read_table(archive / "fetches.parquet").equals(fetched)
    assert sorted(path.name for path in archive.iterdir()) == ["fetches.parquet", "files"]


def test_second_run_requests_nothing(site, fake_site, archive):
    fetch_reports(site, publications(), archive, NOW)
    log, request_count = (archive / "fetches.parquet").read_bytes(), len(fake_site.requests)
    assert fetch_reports(site, publications(), archive, NOW + timedelta(days=400)).num_rows == 0
    assert len(fake_site.requests) == request_count
    assert (archive / "fetches.parquet").read_bytes() == log


FAULTS = {
    "gone": status(404),
    "not_pdf": page("<title>Sign in</title>"),
    "truncated": truncated(declared=False),
    "too_large": endless(),
    "timeout": slow(0.8),
    "failed": reset(),
}


NOT_FOUND = "<title>Report not found - Find an Inspection Report - Ofsted</title>"
LOGGED = "logs the error, downloads the other files, and tries again "
#: Responses to a request for a file: the effect, the outcome in the log, the status, and when it is retried.
FILES = {
    "404 for a file": (status(404), "gone", 404, "after a week"),
    "The page 'Report not found' for a file, with 200": (page(NOT_FOUND), "gone", 200, "after a week"),
    "The page 'Report not found' for a file, with 404": (page(NOT_FOUND, 404), "gone", 404, "after a week"),
    "Another HTML page for a file": (page("<title>Sign in</title>"), "not_pdf", 200, "after a week"),
    "Another type of file with the content type of a PDF": (
        other(b"PK" + bytes(99), "application/pdf"),
        "not_pdf",
        200,
        "after a week",
    ),
    "A truncated file, with a Content-Length": (truncated(), "truncated", 200, "in the next run"),
    "A truncated file, without a Content-Length": (
        truncated(declared=False),
        "truncated",
        200,
        "in the next run",
    ),
    "A file of unlimited size": (endless(), "too_large", 200, "in the next run"),
    "A file whose connection is reset on every attempt": (reset(), "failed", None, "in the next run"),
    "500 for a file on every attempt": (status(500), "failed", 500, "in the next run"),
    "429 for a file on every attempt": (status(429), "failed", 429, "in the next run"),
    "400 for a file": (status(400), "refused", 400, "in the next run"),
    "A file that redirects to another host": (
        redirected("https://elsewhere.example/x"),
        "refused",
        None,
        "in the next run",
    ),
    "A file that redirects in a loop": (redirected("/v1/file/50000003"), "refused", 302, "in the next run"),
}
LATE_FILES = {
    "A file sent byte by byte": (dripping(0.1), "timeout", 200, "in the next run"),
    "A file that takes too long": (slow(0.8), "timeout", None, "in the next run"),
}


def logged(responses):
    """Return a test parameter for each response: the effect, and its outcome and status in the log."""
    return [
        pytest.param(
            effect, (outcome, code), id=name, marks=proves(name, theme=Theme.FETCHING, does=LOGGED + retried)
        )
        for name, (effect, outcome, code, retried) in responses.items()
    ]


@pytest.mark.parametrize(("effect", "expected"), logged(FILES))
def test_fault_is_logged_and_other_files_are_fetched(site, fake_site, archive, effect, expected):
    check_that_fault_is_logged(site, fake_site, archive, effect, expected)


@pytest.mark.parametrize(("effect", "expected"), logged(LATE_FILES))
def test_late_file_is_logged_and_other_files_are_fetched(
    impatient_site, fake_site, archive, effect, expected
):
    check_that_fault_is_logged(impatient_site, fake_site, archive, effect, expected)


def check_that_fault_is_logged(site, fake_site, archive, effect, expected):
    """Fetch with a fault of the fourth file; check the log, when the file is retried, and the other files."""
    fake_site.faults["/v1/file/50000003"] = Fault(effect)
    fetched = fetch_reports(site, publications(), archive, NOW)
    row = fetched.to_pylist()[3]
    assert (row["outcome"], row["status_code"]) == expected
    assert outcomes(fetched) == dict.fromkeys(IDS, "stored") | {"50000003": row["outcome"]}
    assert "/" in row["detail"]
    assert (row["sha256"], row["size_bytes"]) == (None, None)
    retried_after_a_week = row["outcome"] in ("gone", "not_pdf")
    assert fetch_reports(site, publications(IDS[3:4]), archive, NOW + DAY).num_rows == (
        0 if retried_after_a_week else 1
    )
    assert fetch_reports(site, publications(IDS[3:4]), archive, NOW + 8 * DAY).num_rows == 1
    assert len(list((archive / "files").iterdir())) == 5
    assert not list(archive.rglob("*.part"))


def test_all_faults_in_one_run(impatient_site, fake_site, archive):
    for report_id, effect in zip(IDS, FAULTS.values(), strict=True):
        fake_site.faults[f"/v1/file/{report_id}"] = Fault(effect)
    fetched = fetch_reports(impatient_site, publications(), archive, NOW)
    assert list(outcomes(fetched).values()) == list(FAULTS)


def test_log_has_an_outcome_for_every_error():
    errors = [
        value for value in vars(client).values() if isinstance(value, type) and issubclass(value, SiteError)
    ]
    assert {error.outcome for error in errors} | {"stored", "unchanged"} == set(OUTCOMES)
    assert allowed_values(FETCH_LOG_SCHEMA.field("outcome")) == OUTCOMES
    assert all(field_metadata(field) and field_metadata(field, "unit") for field in FETCH_LOG_SCHEMA)


@pytest.mark.parametrize("effect", [FAULTS["gone"], FAULTS["not_pdf"]])
def test_missing_file_is_requested_again_after_a_week(site, fake_site, archive, effect):
    fake_site.faults["/v1/file/50000003"] = Fault(effect, times=1)
    fetch_reports(site, publications(), archive, NOW)
    for day in range(RETRY_AFTER_GONE.days):
        assert fetch_reports(site, publications(), archive, NOW + timedelta(days=day)).num_rows == 0
    fetched = fetch_reports(site, publications(), archive, NOW + RETRY_AFTER_GONE)
    assert outcomes(fetched) == {"50000003": "stored"}


@pytest.mark.parametrize("effect", [status(500), truncated(), endless()])
def test_other_failures_are_retried_in_the_next_run(site, fake_site, archive, effect):
    fake_site.faults["/v1/file/50000003"] = Fault(effect)
    fetch_reports(site, publications(), archive, NOW)
    fake_site.faults.clear()
    assert outcomes(fetch_reports(site, publications(), archive, NOW)) == {"50000003": "stored"}
    assert [row["outcome"] for row in latest_attempts(archive).values()] == ["stored"] * 6


# --- re-issued reports ------------------------------------------------------------------------------------

NEXT = NOW + 30 * DAY


def conditional_requests(fake_site):
    """Return for each request for a file whether it was conditional."""
    return [bool(request.validators) for request in fake_site.requests if request.path.startswith("/v1/file")]


def reissue(folder, report_id):
    """Replace the file of a report, with a modification time one hour later."""
    path = folder / f"{report_id}.pdf"
    time = path.stat().st_mtime + 3600
    folders.write_pdf(path, width=900)
    os.utime(path, (time, time))


@proves(
    "A report re-issued under the same number, listed with a new date",
    theme=Theme.TIME,
    does="sends a conditional request and keeps both files; rows are extracted from the new one",
)
def test_reissued_report_is_a_second_file(site, fake_site, folder, archive):
    first = {row["report_id"]: row for row in fetch_reports(site, publications(), archive, NOW).to_pylist()}
    reissue(folder, IDS[3])
    listed = publications(IDS[3:4], changed_at=NEXT)
    assert outcomes(fetch_reports(site, listed, archive, NEXT)) == {IDS[3]: "stored"}
    assert conditional_requests(fake_site) == [False] * 6 + [True]
    latest = latest_attempts(archive)[IDS[3]]
    assert latest["requested_at"] >= NEXT
    assert latest["sha256"] == hashlib.sha256((folder / f"{IDS[3]}.pdf").read_bytes()).hexdigest()
    assert stored_file_path(archive, first[IDS[3]]["sha256"]).is_file()
    assert fetch_reports(site, listed, archive, NEXT + DAY).num_rows == 0


@pytest.mark.parametrize("validators", [True, False], ids=["with ETag", "without"])
def test_unchanged_file_keeps_its_log_row(site, fake_site, archive, validators):
    if not validators:
        fake_site.faults["/v1/file/*"] = Fault(without("ETag", "Last-Modified"))
    fetch_reports(site, publications(), archive, NOW)
    before = latest_attempts(archive)
    fetched = fetch_reports(site, publications(IDS[3:4], changed_at=NEXT), archive, NEXT)
    [row] = fetched.to_pylist()
    assert (row["outcome"], row["status_code"]) == ("unchanged", 304 if validators else 200)
    assert (row["sha256"], row["detail"]) == (None, None)
    assert latest_attempts(archive) == before
    assert conditional_requests(fake_site)[-1] is validators
    assert len(list((archive / "files").iterdir())) == 6
    assert not list(archive.rglob("*.part"))


@proves(
    "A report re-issued under the same number, listed as before",
    theme=Theme.TIME,
    does="detects it with `revalidate`: a conditional request per file, a download only where a file changed",
)
def test_revalidate_downloads_only_changed_files(site, fake_site, folder, archive):
    fetch_reports(site, publications(), archive, NOW)
    reissue(folder, IDS[2])
    assert fetch_reports(site, publications(), archive, NEXT).num_rows == 0
    fetched = fetch_reports(site, publications(), archive, NEXT, revalidate=True)
    assert outcomes(fetched) == dict.fromkeys(IDS, "unchanged") | {IDS[2]: "stored"}
    assert conditional_requests(fake_site) == [False] * 6 + [True] * 6


def test_delisted_reports_are_not_revalidated(site, fake_site, archive):
    fetch_reports(site, publications(), archive, NOW)
    delisted = publications(is_listed=False, changed_at=NEXT)
    assert fetch_reports(site, delisted, archive, NEXT, revalidate=True).num_rows == 0
    assert len(fake_site.paths("/v1/file")) == 6


@pytest.mark.parametrize("effect", [status(404), page("<title>Sign in</title>"), status(500)])
def test_failed_revalidation_keeps_the_file_and_is_retried(site, fake_site, archive, effect):
    fetch_reports(site, publications(), archive, NOW)
    before = latest_attempts(archive)
    fake_site.faults["/v1/file/*"] = Fault(effect)
    listed = publications(IDS[3:4], changed_at=NEXT)
    assert outcomes(fetch_reports(site, listed, archive, NEXT))[IDS[3]] in ("gone", "not_pdf", "failed")
    assert latest_attempts(archive) == before
    fake_site.faults.clear()
    assert outcomes(fetch_reports(site, listed, archive, NEXT + RETRY_AFTER_GONE)) == {IDS[3]: "unchanged"}


def test_changed_listing_of_a_missing_file_is_followed_at_once(site, fake_site, archive):
    fake_site.faults["/v1/file/50000003"] = Fault(status(404), times=1)
    fetch_reports(site, publications(), archive, NOW)
    relisted = publications(changed_at=NOW + DAY)
    assert outcomes(fetch_reports(site, relisted, archive, NOW + DAY))["50000003"] == "stored"


@proves(
    "403 for a file",
    theme=Theme.FETCHING,
    does="stops the run with an error; the files downloaded so far are kept",
)
def test_403_stops_the_run_and_is_logged(site, fake_site, archive):
    fake_site.faults["/v1/file/50000003"] = Fault(status(403))
    with pytest.raises(ForbiddenError, match="the run stops"):
        fetch_reports(site, publications(), archive, NOW)
    logged = {report_id: row["outcome"] for report_id, row in latest_attempts(archive).items()}
    assert logged == dict.fromkeys(IDS[:3], "stored") | {IDS[3]: "refused"}
    assert len(fake_site.paths("/v1/file")) == 4


@proves(
    "503 for every file",
    theme=Theme.FETCHING,
    does="stops the run after ten consecutive files; the next run continues from there",
)
def test_unavailable_site_stops_the_run(fake_site, quick, archive):
    fake_site.faults["/v1/file/*"] = Fault(status(503))
    ids = [f"50000{number:03}" for number in range(MAX_CONSECUTIVE_FAILURES + 5)]
    with (
        SiteClient(fake_site.url, replace(quick, max_attempts=2)) as site,
        pytest.raises(UnavailableError, match="answered 503"),
    ):
        fetch_reports(site, publications(ids), archive, NOW)
    assert len(latest_attempts(archive)) == MAX_CONSECUTIVE_FAILURES
    assert len(fake_site.paths("/v1/file")) == 2 * MAX_CONSECUTIVE_FAILURES


@proves(
    "A file of the archive is lost or truncated",
    theme=Theme.WAREHOUSE,
    does="downloads it again",
    lost="a file that the site no longer has",
)
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"%PDF-")])
def test_lost_or_truncated_file_is_fetched_again(site, archive, damage):
    fetch_reports(site, publications(), archive, NOW)
    lost = latest_attempts(archive)["50000003"]
    damage(stored_file_path(archive, lost["sha256"]))
    fetched = fetch_reports(site, publications(), archive, NOW)
    assert outcomes(fetched) == {"50000003": "stored"}
    assert stored_file_path(archive, lost["sha256"]).stat().st_size == lost["size_bytes"]


def test_stored_file_takes_precedence_over_a_later_failure(site, fake_site, archive):
    fetch_reports(site, publications(), archive, NOW)
    lost = stored_file_path(archive, latest_attempts(archive)["50000003"]["sha256"])
    content = lost.read_bytes()
    lost.unlink()
    fake_site.faults["/v1/file/50000003"] = Fault(status(404))
    fetch_reports(site, publications(), archive, NOW + timedelta(days=1))
    assert latest_attempts(archive)["50000003"]["outcome"] == "gone"
    lost.write_bytes(content)
    assert latest_attempts(archive)["50000003"]["outcome"] == "stored"


def test_two_reports_with_the_same_file(site, folder, archive):
    (folder / "50000001.pdf").write_bytes((folder / "50000000.pdf").read_bytes())
    fetch_reports(site, publications(), archive, NOW)
    assert len(list((archive / "files").iterdir())) == 5
    assert latest_attempts(archive)["50000000"]["sha256"] == latest_attempts(archive)["50000001"]["sha256"]


def test_concurrent_runs_fetch_each_file_once(fake_site, quick, archive):
    def run():
        with warehouse_lock(archive.parent, str), SiteClient(fake_site.url, quick) as site:
            fetch_reports(site, publications(), archive, NOW)

    runs = [threading.Thread(target=run) for _ in range(2)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert Counter(fake_site.paths("/v1/file")) == {f"/v1/file/{report_id}": 1 for report_id in IDS}
    assert outcomes(pq.read_table(archive / "fetches.parquet")) == dict.fromkeys(IDS, "stored")


RUN = """
import sys
from datetime import datetime
from pathlib import Path
import pyarrow as pa
import pyarrow.parquet as pq
from assets.archive import archive
from assets.publications.client import CrawlPolicy, SiteClient
archive.SAVE_EVERY = 2
with SiteClient(sys.argv[1], CrawlPolicy(interval=0)) as site:
    archive.fetch_reports(site, pq.read_table(sys.argv[2]), Path(sys.argv[3]), datetime(2026, 9, 7))
"""


def test_rerun_completes_a_killed_run(tmp_path, quick, archive):
    ids = [f"50000{number:03}" for number in range(60)]
    folder = folders.write(tmp_path / "many", [folders.row(80400, report_id) for report_id in ids])
    pq.write_table(publications(ids), tmp_path / "publications.parquet")
    released = threading.Event()
    with serve(folder, {f"/v1/file/{ids[20]}": Fault(held(released), times=1)}) as fake_site:
        command = [sys.executable, "-c", RUN, fake_site.url, tmp_path / "publications.parquet", archive]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
        while len(fake_site.paths("/v1/file")) <= 20:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        released.set()
        assert set(latest_attempts(archive)) == set(ids[:20])
        with SiteClient(fake_site.url, quick) as site:
            fetched = fetch_reports(site, publications(ids), archive, NOW)
    assert fetched.num_rows == 40
    for report_id, row in latest_attempts(archive).items():
        assert (
            stored_file_path(archive, row["sha256"]).read_bytes()
            == (folder / f"{report_id}.pdf").read_bytes()
        )
    assert set(latest_attempts(archive)) == set(ids)
    remove_stale_temp_dirs(archive)
    assert not list(archive.rglob("*.part"))


def test_error_names_a_folder_that_cannot_be_created(site, fake_site, tmp_path):
    (tmp_path / "warehouse").write_text("a file, not a folder")
    archive = tmp_path / "warehouse" / "archive"
    with pytest.raises(ArchiveError, match=f"^{tmp_path}.* cannot be read or written: "):
        fetch_reports(site, publications(), archive, NOW)
    assert fake_site.requests == []


@proves(
    "The disk is full",
    theme=Theme.INTERRUPTION,
    does="stops with an error; the next run continues from there",
)
def test_full_disk_stops_the_run_and_loses_nothing(site, archive):
    fetch_reports(site, publications(IDS[:2]), archive, NOW)
    with limited_file_size(200), pytest.raises(ArchiveError, match=f"^{archive}.* File too large"):
        fetch_reports(site, publications(), archive, NOW)
    assert set(latest_attempts(archive)) == set(IDS[:2])
    assert outcomes(fetch_reports(site, publications(), archive, NOW)) == dict.fromkeys(IDS[2:], "stored")


def test_error_names_an_unreadable_log(site, fake_site, archive):
    archive.mkdir()
    (archive / "fetches.parquet").write_bytes(b"not a log")
    with pytest.raises(ArchiveError, match=r"fetches\.parquet cannot be read"):
        fetch_reports(site, publications(), archive, NOW)
    assert fake_site.requests == []
    assert (archive / "fetches.parquet").read_bytes() == b"not a log"


def test_archive_without_a_log_has_no_attempts(archive):
    assert latest_attempts(archive) == {}


# --- damaged files ----------------------------------------------------------------------------------------


def damage_of(archive, report_id):
    """Return the path of a report's archived file, and its content with one bit changed."""
    path = stored_file_path(archive, latest_attempts(archive)[report_id]["sha256"])
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    return path, bytes(content)


def test_damage_is_found_by_hash_and_by_end(site, archive):
    fetch_reports(site, publications(IDS[:1]), archive, NOW)
    path, changed = damage_of(archive, IDS[0])
    content = path.read_bytes()
    assert find_damage(content, path.stem) == find_damage(content) == ""
    assert find_damage(changed, path.stem) == "does not match its SHA-256"
    assert find_damage(content[:-20]) == "is truncated: its end is missing"


def test_damaged_file_is_quarantined_and_fetched_again(site, fake_site, archive):
    fetch_reports(site, publications(), archive, NOW)
    path, changed = damage_of(archive, IDS[3])
    content = path.read_bytes()
    path.write_bytes(changed)
    assert quarantine(archive, path.stem)
    assert (archive / "quarantine" / path.name).read_bytes() == changed
    assert outcomes(fetch_reports(site, publications(), archive, NOW)) == {IDS[3]: "stored"}
    assert path.read_bytes() == content
    assert conditional_requests(fake_site) == [False] * 7


def test_file_that_was_quarantined_with_the_same_bytes_stays(site, archive):
    fetch_reports(site, publications(IDS[:1]), archive, NOW)
    path, _ = damage_of(archive, IDS[0])
    assert quarantine(archive, path.stem)
    fetch_reports(site, publications(IDS[:1]), archive, NOW)
    assert not quarantine(archive, path.stem)
    assert path.exists()


@proves(
    "A file was archived without its end, or cannot be opened, and the site has an ETag for it",
    theme=Theme.FETCHING,
    does="requests it without the ETag, so that the site sends it again",
)
@pytest.mark.parametrize("unreadable", [False, True])
def test_damaged_file_is_requested_without_validators(site, fake_site, archive, unreadable):
    fetch_reports(site, publications(IDS[:1]), archive, NOW)
    if not unreadable:  # as an earlier version stored it
        path, _ = damage_of(archive, IDS[0])
        truncated_content = path.read_bytes()[:-30]
        digest = hashlib.sha256(truncated_content).hexdigest()
        stored_file_path(archive, digest).write_bytes(truncated_content)
        log = pq.read_table(archive / "fetches.parquet", schema=FETCH_LOG_SCHEMA).to_pylist()
        log[0] |= {"sha256": digest, "size_bytes": len(truncated_content)}
        pq.write_table(pa.Table.from_pylist(log, schema=FETCH_LOG_SCHEMA), archive / "fetches.parquet")
    listed = publications(IDS[:1], changed_at=NEXT)
    fetched = fetch_reports(site, listed, archive, NEXT, unreadable=IDS[:1] if unreadable else ())
    assert outcomes(fetched) == {IDS[0]: "unchanged" if unreadable else "stored"}
    assert conditional_requests(fake_site) == [False, False]


# --- a wrong clock ----------------------------------------------------------------------------------------

FUTURE = NOW + 4000 * DAY


@proves(
    "The fetch log has entries from the future, written by a wrong clock",
    theme=Theme.TIME,
    does="does not rely on their time: requests the file once, and uses the file that was fetched last",
)
def test_log_entries_from_the_future_do_not_block_fetching(site, fake_site, folder, archive):
    fake_site.faults["/v1/file/50000005"] = Fault(status(404), times=1)
    fetch_reports(site, publications(), archive, FUTURE)
    assert latest_attempts(archive)[IDS[5]]["outcome"] == "gone"
    reissue(folder, IDS[3])
    fetched = outcomes(fetch_reports(site, publications(), archive, NOW))
    assert fetched == dict.fromkeys(IDS, "unchanged") | {IDS[3]: "stored", IDS[5]: "stored"}
    latest = latest_attempts(archive)[IDS[3]]
    assert latest["sha256"] == hashlib.sha256((folder / f"{IDS[3]}.pdf").read_bytes()).hexdigest()
    assert fetch_reports(site, publications(), archive, NOW + DAY).num_rows == 0
