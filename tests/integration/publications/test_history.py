"""The history of the listing: after any crawls, it leads to the table ``publications``."""

import shutil
from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest

from assets.publications.history import HISTORY_FILE, HistoryError, read_history, rebuild, record
from assets.publications.listing import SCHEMA, merge_crawl
from tests.integration.publications.conftest import authorities
from tests.support.disks import limited_file_size
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import status

MONDAY = datetime(2026, 9, 7, 6)
KNOWN = [{"urn": urn, "name": f"Authority {urn}", "official_name": None} for urn in range(80500, 80512)]


def crawls():
    """Yield the rows and faults of the crawls of successive days, with every kind of change."""
    rows = authorities()
    yield rows, {}
    yield rows, {}
    yield [*rows, folders.row(80500, "53000001", published="2026-09-08")], {}
    yield rows, {"/provider/44/80507": Fault(status(404))}
    yield rows, {}
    renumbered = rows[3] | {"urn": "80999"}
    yield [*rows[:3], renumbered, *rows[4:]], {}
    yield [*rows[:3], renumbered | {"published": "2021-03-04"}, *rows[4:]], {}
    yield [*rows[:3], renumbered, *rows[4:]], {}


@pytest.fixture
def history(crawl_site, tmp_path, build_once):
    """The archive after the crawls of successive days, and the table ``publications``."""
    built = build_once("listing-history", lambda folder: crawl_days(folder, crawl_site))
    archive = shutil.copytree(built / "archive", tmp_path / "archive")
    return archive, pq.read_table(built / "publications.parquet")


def crawl_days(folder, crawl_site):
    """Crawl on successive days, and check the history after each; store the table beside the archive."""
    archive, table = folder / "archive", SCHEMA.empty_table()
    for day, (rows, faults) in enumerate(crawls()):
        now = MONDAY + timedelta(days=day)
        before = table
        table, *_ = merge_crawl(table, crawl_site(rows, faults), now, KNOWN)
        assert record(archive, read_history(archive), table, now) is (table is not before)
        assert rebuild(read_history(archive)).equals(table)
    pq.write_table(table, folder / "publications.parquet")


def test_history_holds_what_cannot_be_crawled_again(history):
    archive, table = history
    rebuilt = {row["report_id"]: row for row in rebuild(read_history(archive)).to_pylist()}
    assert list(rebuilt.values()) == table.to_pylist()
    assert rebuilt["53000001"]["is_listed"] is False
    assert rebuilt["53000001"]["first_seen"] == MONDAY + timedelta(days=2)
    assert rebuilt["52000003"]["urn"] == 80503
    assert rebuilt["52000003"]["provider_url"].endswith("/80999")


def test_history_grows_by_what_changed(history):
    archive, table = history
    assert read_history(archive).num_rows < 3 * table.num_rows


def test_lost_history_starts_again_from_the_table(history):
    archive, table = history
    (archive / HISTORY_FILE).unlink()
    assert record(archive, read_history(archive), table, MONDAY + timedelta(days=9))
    assert rebuild(read_history(archive)).equals(table)


def test_damaged_history_is_an_error(history):
    archive, _ = history
    path = archive / HISTORY_FILE
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(HistoryError, match=rf"^{path} cannot be read: "):
        read_history(archive)


def test_full_disk_keeps_the_history(history):
    archive, table = history
    with limited_file_size(100), pytest.raises(HistoryError, match=r"cannot be written: .*File too large"):
        record(archive, None, table, MONDAY)
    assert rebuild(read_history(archive)).equals(table)
