"""A year of changes at the reports site: whatever it lists, removes and changes, no report is lost.

Each day the daemon crawls, updates years and builds the database, and leaves a valid warehouse.
"""

import os
import shutil
from contextlib import contextmanager
from datetime import date

import duckdb
import pytest

from assets.archive.archive import read_log
from assets.database.build import database_path
from orchestration.verification import verify_warehouse
from tests.support import sample
from tests.support.days import Days
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import status
from tests.support.fault_table import Theme, proves
from tests.support.instances import memory_instance
from tests.support.runs import reports_read, run, serving

pytestmark = pytest.mark.slow

BRACKNELL, HEREFORDSHIRE, MEDWAY, DORSET = "59000030", "59000107", "59000208", "59000001"
LETTERS = (BRACKNELL, HEREFORDSHIRE, MEDWAY, DORSET, "59000055", "59000004", "59000005")
#: More authorities, each with a report of an unsupported type: a page that fails is then one of many.
OTHERS = {
    80488: "London Borough of Bexley",
    80491: "London Borough of Camden",
    80418: "Norfolk County Council",
    80426: "Barnsley Metropolitan Borough Council",
    80429: "Birmingham City Council",
}
BEGAN = date(2025, 9, 1)
FILE = "SELECT sha256 FROM provenance WHERE report_id = ?"
PAGES = len(LETTERS) + len(OTHERS)


class World:
    """The site on the current day, and the warehouse."""

    def __init__(self, folder, instance):
        self.site, self.warehouse = folder / "site", folder / "warehouse"
        self.site.mkdir(exist_ok=True)
        self.days = Days(self.site, self.warehouse, instance)
        self.listed = {}
        self.fetched = set()
        listing = {row["file_id"]: row for row in sample.listing()}
        for report_id in LETTERS:
            self.publish(listing[report_id], sample.reports()[report_id][1])
        for number, (urn, name) in enumerate(OTHERS.items()):
            row = folders.row(urn, f"5100000{number}", name=name, title="Something else", family="other")
            self.publish(row, sample.reports()[DORSET][1])

    def publish(self, row, pdf):
        """List a report; its file has bytes of its own, since a file listed twice is read again."""
        report_id = row["file_id"]
        self.listed[report_id] = row | {"path": f"{report_id}.pdf"}
        (self.site / f"{report_id}.pdf").write_bytes(pdf.read_bytes() + f"\n% {report_id}\n".encode())

    def correct(self, report_id):
        """Replace a report's file by one with other bytes and the same text."""
        path = self.site / f"{report_id}.pdf"
        path.write_bytes(path.read_bytes() + b"\n% corrected\n")
        os.utime(path, (2e9, 2e9))

    def day(self, at, faults=None):
        """Run the jobs of a day; return the number of reports read and the ids of the files requested.

        A day that changes no file leaves the warehouse that was verified before.
        """
        folders.write(self.site, self.listed.values())
        self.days.faults = faults or {}
        before, runs_before = stamps(self.warehouse), len(self.days.results)
        self.days.run_day(at)
        if stamps(self.warehouse) != before:
            assert verify_warehouse(self.warehouse) == []
        runs = self.days.results[runs_before:]
        assert all(run.success for run in runs)
        fetches = read_log(self.warehouse / "archive").to_pylist()
        assert self.fetched <= {row["sha256"] for row in fetches}
        self.fetched |= {row["sha256"] for row in fetches} - {None}
        requested = self.days.requested
        updates = [run for run in runs if run.job_def.name == "update_reports"]
        files = [path.removeprefix("/v1/file/") for path in requested if path.startswith("/v1/file/")]
        pages = [path for path in requested if path.startswith("/provider/")]
        # No page is requested twice; each run that requests files has a session of its own.
        assert requested.count("/robots.txt") == 1 + len(updates)
        assert len([path for path in requested if path.startswith("/search")]) == 2
        assert len(pages) == len(set(pages)) <= PAGES
        return sum(map(reports_read, updates)), sorted(files)

    def query(self, query, *parameters):
        with duckdb.connect(database_path(self.warehouse), read_only=True) as connection:
            return connection.execute(query, list(parameters)).fetchall()

    def publication(self, report_id):
        """Return the days on which a report was seen first and last, and whether it is listed."""
        query = "SELECT first_seen::DATE, last_seen::DATE, is_listed FROM publications WHERE report_id = ?"
        [row] = self.query(query, report_id)
        return row

    def rows(self, report_id):
        """Return the number of a report's findings and the years of their partitions."""
        [row] = self.query(
            "SELECT count(*), list(DISTINCT publication_year) FROM findings WHERE report_id = ?", report_id
        )
        return row


def proven(*faults):
    """Declare several faults, each with the behaviour, as proved by one test."""

    def declare(test):
        for name, does in faults:
            test = proves(name, theme=Theme.TIME, does=does)(test)
        return test

    return declare


def first_day_fetches_everything(world):
    assert world.day(BEGAN) == (PAGES, sorted(world.listed))
    assert world.publication(MEDWAY) == (BEGAN, BEGAN, True)
    assert world.rows(MEDWAY)[0] > 10
    assert world.rows(MEDWAY)[1] == [2019]


def day_without_changes(world):
    """Not even last_seen changes."""
    before = stamps(world.warehouse)
    assert world.day("2025-09-02") == (0, [])
    assert stamps(world.warehouse) == before


def new_report_and_back_dated_report(world):
    new = world.listed[BRACKNELL] | {"file_id": "59000900", "published": "2025-10-01"}
    old = world.listed[DORSET] | {"file_id": "59000901", "published": "2020-03-01"}
    world.publish(new, sample.reports()[BRACKNELL][1])
    world.publish(old, sample.reports()[DORSET][1])
    assert world.day("2025-10-02") == (2, ["59000900", "59000901"])
    assert world.publication(MEDWAY) == (BEGAN, date(2025, 10, 2), True)
    assert world.rows("59000901")[1] == [2020]


def withdrawn_report_and_reissued_file(world):
    medway, [(first,)] = world.rows(MEDWAY), world.query(FILE, HEREFORDSHIRE)
    world.withdrawn = world.listed.pop(MEDWAY)
    world.listed[HEREFORDSHIRE]["published"] = "2019-03-01"
    world.correct(HEREFORDSHIRE)
    assert world.day("2025-12-01") == (1, [HEREFORDSHIRE])
    assert world.publication(MEDWAY) == (BEGAN, date(2025, 10, 2), False)
    assert world.rows(MEDWAY) == medway
    [(second,)] = world.query(FILE, HEREFORDSHIRE)
    assert second != first
    assert {first, second} <= world.fetched
    assert world.query("SELECT retrieved_at::DATE FROM provenance WHERE sha256 = ?", second) == [
        (date(2025, 12, 1),)
    ]


def reissue_under_a_new_number_while_a_page_fails(world):
    again = world.listed.pop(DORSET) | {"file_id": "59000902", "published": "2025-12-20"}
    world.publish(again, sample.reports()[DORSET][1])
    assert world.day("2026-01-05", {"/provider/44/80488": Fault(status(404))}) == (1, ["59000902"])
    assert world.publication(DORSET)[2] is False
    assert world.publication("51000000") == (BEGAN, date(2025, 12, 1), True)
    assert world.publication("51000001") == (BEGAN, date(2026, 1, 5), True)
    superseded = dict(world.query("SELECT report_id, superseded_by FROM superseded_reports"))
    assert superseded[DORSET] == superseded["59000901"] == "59000902"


def withdrawn_report_returns_and_a_report_changes_its_year(world):
    count, years = world.rows(BRACKNELL)
    assert years == [2024]
    world.listed[MEDWAY] = world.withdrawn
    world.listed[BRACKNELL]["published"] = "2023-12-29"
    assert world.day("2026-03-02") == (1, [BRACKNELL, MEDWAY])
    assert world.publication(MEDWAY) == (BEGAN, date(2026, 3, 2), True)
    assert world.rows(BRACKNELL) == (count, [2023])
    last = {row["report_id"]: row["outcome"] for row in read_log(world.warehouse / "archive").to_pylist()}
    assert (last[MEDWAY], last[BRACKNELL]) == ("unchanged", "unchanged")


def authority_gets_another_urn(world):
    medway = world.rows(MEDWAY)
    world.listed[MEDWAY]["urn"] = "90522"
    assert world.day("2026-04-01") == (0, [MEDWAY])
    assert world.query("SELECT urn, provider_url FROM provenance WHERE report_id = ?", MEDWAY) == [
        (80522, "https://reports.ofsted.gov.uk/provider/44/90522")
    ]
    assert world.rows(MEDWAY) == medway


def last_day_without_changes(world):
    before = stamps(world.warehouse)
    assert world.day("2026-08-31") == (0, [])
    assert stamps(world.warehouse) == before
    assert {path.stem for path in (world.warehouse / "archive" / "files").iterdir()} == world.fetched
    assert world.query("SELECT count(*) FROM publications") == [(PAGES + 3,)]


THE_YEAR = (
    first_day_fetches_everything,
    day_without_changes,
    new_report_and_back_dated_report,
    withdrawn_report_and_reissued_file,
    reissue_under_a_new_number_while_a_page_fails,
    withdrawn_report_returns_and_a_report_changes_its_year,
    authority_gets_another_urn,
    last_day_without_changes,
)


@proven(
    (
        "A day without changes",
        "requests robots.txt, the search and a page per authority, no file; changes no byte",
    ),
    ("A new report appears, or a back-dated one", "fetches and reads it, and nothing else"),
    ("A report is withdrawn", "keeps its file and its rows; is_listed becomes false"),
    ("A withdrawn report returns", "lists it again, and checks whether its file changed"),
    ("A report is issued again under a new number", "keeps both; superseded_reports names the current one"),
    ("A report gets a date in another year", "moves all its rows to the new year"),
)
def test_a_year(tmp_path):
    with memory_instance() as instance:
        world = World(tmp_path, instance)
        for day in THE_YEAR:
            day(world)


def stamps(warehouse):
    """Return the time of modification of each file of the dataset."""
    files = [
        *(warehouse / "parquet").rglob("*.parquet"),
        *(warehouse / "archive").rglob("*.p*"),
        *warehouse.glob("*.duckdb"),
    ]
    return {path: path.stat().st_mtime_ns for path in files}


@contextmanager
def two_reports(folder):
    """A world of two reports of two years."""
    with memory_instance() as instance:
        world = World(folder, instance)
        world.listed = {key: world.listed[key] for key in (BRACKNELL, DORSET)}
        yield world


@pytest.fixture(scope="module")
def first_day(tmp_path_factory):
    """The folder of two reports after their first day; read only."""
    with two_reports(tmp_path_factory.mktemp("first-day")) as world:
        world.day("2026-01-01")
    return world.site.parent


@pytest.mark.parametrize("built", ["2023", "2024"], ids=["new year", "old year"])
def test_moved_report_is_in_one_year(first_day, tmp_path, built):
    shutil.copytree(first_day, tmp_path, dirs_exist_ok=True)
    with two_reports(tmp_path) as world:
        pass
    rows = world.rows(BRACKNELL)
    world.listed[BRACKNELL]["published"] = "2023-12-29"
    folders.write(world.site, world.listed.values())
    with serving(world.site, world.warehouse):
        run(partition=built, at="2026-01-02T03:00:00")
    assert verify_warehouse(world.warehouse) == []
    assert world.rows(BRACKNELL) == (rows[0], [2023])
