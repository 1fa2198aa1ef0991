"""A year at the reports site, a day at a time: whatever it lists, unlists and changes, nothing is lost.

Every day is a run of the whole job on what the days before left, and leaves a warehouse that is whole.
"""

import os
import shutil
from datetime import date

import duckdb
import pytest

from assets.archive.archive import read_log
from assets.database.build import database_path
from orchestration.verification import verify_warehouse
from tests.support import sample
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import status
from tests.support.fault_table import Theme, proves
from tests.support.runs import read, run, running

BRACKNELL, HEREFORDSHIRE, MEDWAY, DORSET = "59000030", "59000107", "59000208", "59000001"
LETTERS = (BRACKNELL, HEREFORDSHIRE, MEDWAY, DORSET, "59000055", "59000004", "59000005")
#: More authorities, with a report of a kind that nobody reads: a page that fails is then one of many.
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
    """The site as it is today, and the warehouse that follows it."""

    def __init__(self, folder):
        self.site, self.warehouse = folder / "site", folder / "warehouse"
        self.site.mkdir()
        self.listed = {}
        self.fetched = set()
        listing = {row["file_id"]: row for row in sample.listing()}
        for report_id in LETTERS:
            self.publish(listing[report_id], sample.reports()[report_id][1])
        for number, (urn, name) in enumerate(OTHERS.items()):
            row = folders.row(urn, f"5100000{number}", name=name, title="Something else", family="other")
            self.publish(row, sample.reports()[DORSET][1])

    def publish(self, row, pdf):
        report_id = row["file_id"]
        self.listed[report_id] = row | {"path": f"{report_id}.pdf"}
        shutil.copy(pdf, self.site / f"{report_id}.pdf")

    def correct(self, report_id):
        """Put other bytes in the place of a report's file, which say the same."""
        path = self.site / f"{report_id}.pdf"
        path.write_bytes(path.read_bytes() + b"\n% corrected\n")
        os.utime(path, (2e9, 2e9))

    def day(self, at, faults=None, **configs):
        """Run the job on a day; return how many reports it read, and the paths of the files it asked for."""
        folders.write(self.site, self.listed.values())
        with running(self.site, self.warehouse) as replica:
            replica.faults.update(faults or {})
            result = run(at=f"{at}T03:00:00", since="2019", **configs)
        assert verify_warehouse(self.warehouse) == []
        fetches = read_log(self.warehouse / "archive").to_pylist()
        assert self.fetched <= {row["sha256"] for row in fetches}
        self.fetched |= {row["sha256"] for row in fetches} - {None}
        files = replica.paths("/v1/file/")
        # Whatever the day brings, no page is asked for twice; files are asked for in a session of their own.
        assert len(replica.paths("/robots.txt")) == 1 + bool(files)
        assert len(replica.paths("/search")) == 1
        assert len(replica.paths("/provider/")) == len(set(replica.paths("/provider/"))) <= PAGES
        return read(result), [path.removeprefix("/v1/file/") for path in files]

    def ask(self, query, *parameters):
        with duckdb.connect(database_path(self.warehouse), read_only=True) as connection:
            return connection.execute(query, list(parameters)).fetchall()

    def publication(self, report_id):
        """Return the days of first and last sight, and whether it is listed."""
        query = "SELECT first_seen::DATE, last_seen::DATE, is_listed FROM publications WHERE report_id = ?"
        [row] = self.ask(query, report_id)
        return row

    def rows(self, report_id):
        """Return in how many rows of findings a report has its say, and in which years they stand."""
        [row] = self.ask(
            "SELECT count(*), list(DISTINCT publication_year) FROM findings WHERE report_id = ?", report_id
        )
        return row


def proven(*faults):
    """Declare several faults, each with what is done, as proven by one test."""

    def declare(test):
        for name, does in faults:
            test = proves(name, theme=Theme.TIME, does=does)(test)
        return test

    return declare


def the_first_day_brings_everything(world):
    assert world.day(BEGAN) == (PAGES, sorted(world.listed))
    assert world.publication(MEDWAY) == (BEGAN, BEGAN, True)
    assert world.rows(MEDWAY)[0] > 10
    assert world.rows(MEDWAY)[1] == [2019]


def a_day_without_news_changes_nothing(world):
    """Not even when a publication was last seen."""
    before = stamps(world.warehouse)
    assert world.day("2025-09-02") == (0, [])
    assert stamps(world.warehouse) == before


def a_report_appears_and_one_that_nobody_had_seen_for_years(world):
    new = world.listed[BRACKNELL] | {"file_id": "59000900", "published": "2025-10-01"}
    old = world.listed[DORSET] | {"file_id": "59000901", "published": "2020-03-01"}
    world.publish(new, sample.reports()[BRACKNELL][1])
    world.publish(old, sample.reports()[DORSET][1])
    assert world.day("2025-10-02") == (2, ["59000900", "59000901"])
    assert world.publication(MEDWAY) == (BEGAN, date(2025, 10, 2), True)
    assert world.rows("59000901")[1] == [2020]


def one_is_withdrawn_and_one_issued_again_under_its_number(world):
    medway, [(first,)] = world.rows(MEDWAY), world.ask(FILE, HEREFORDSHIRE)
    world.withdrawn = world.listed.pop(MEDWAY)
    world.listed[HEREFORDSHIRE]["published"] = "2019-03-01"
    world.correct(HEREFORDSHIRE)
    assert world.day("2025-12-01") == (1, [HEREFORDSHIRE])
    assert world.publication(MEDWAY) == (BEGAN, date(2025, 10, 2), False)
    assert world.rows(MEDWAY) == medway
    [(second,)] = world.ask(FILE, HEREFORDSHIRE)
    assert second != first
    assert {first, second} <= world.fetched
    assert world.ask("SELECT retrieved_at::DATE FROM provenance WHERE sha256 = ?", second) == [
        (date(2025, 12, 1),)
    ]


def one_is_issued_again_under_a_new_number_while_a_page_is_gone(world):
    again = world.listed.pop(DORSET) | {"file_id": "59000902", "published": "2025-12-20"}
    world.publish(again, sample.reports()[DORSET][1])
    assert world.day("2026-01-05", {"/provider/44/80488": Fault(status(404))}) == (1, ["59000902"])
    assert world.publication(DORSET)[2] is False
    assert world.publication("51000000") == (BEGAN, date(2025, 12, 1), True)
    assert world.publication("51000001") == (BEGAN, date(2026, 1, 5), True)
    superseded = dict(world.ask("SELECT report_id, superseded_by FROM superseded_reports"))
    assert superseded[DORSET] == superseded["59000901"] == "59000902"


def the_withdrawn_one_returns_and_one_is_dated_into_another_year(world):
    count, years = world.rows(BRACKNELL)
    assert years == [2024]
    world.listed[MEDWAY] = world.withdrawn
    world.listed[BRACKNELL]["published"] = "2023-12-29"
    assert world.day("2026-03-02") == (1, [BRACKNELL, MEDWAY])
    assert world.publication(MEDWAY) == (BEGAN, date(2026, 3, 2), True)
    assert world.rows(BRACKNELL) == (count, [2023])
    last = {row["report_id"]: row["outcome"] for row in read_log(world.warehouse / "archive").to_pylist()}
    assert (last[MEDWAY], last[BRACKNELL]) == ("unchanged", "unchanged")


def an_authority_has_another_urn_overnight(world):
    medway = world.rows(MEDWAY)
    world.listed[MEDWAY]["urn"] = "90522"
    assert world.day("2026-04-01") == (0, [MEDWAY])
    assert world.ask("SELECT urn, provider_url FROM provenance WHERE report_id = ?", MEDWAY) == [
        (80522, "https://reports.ofsted.gov.uk/provider/44/90522")
    ]
    assert world.rows(MEDWAY) == medway


def a_year_on_all_is_quiet_and_all_is_there(world):
    before = stamps(world.warehouse)
    assert world.day("2026-08-31") == (0, [])
    assert stamps(world.warehouse) == before
    assert {path.stem for path in (world.warehouse / "archive" / "files").iterdir()} == world.fetched
    assert world.ask("SELECT count(*) FROM publications") == [(PAGES + 3,)]


THE_YEAR = (
    the_first_day_brings_everything,
    a_day_without_news_changes_nothing,
    a_report_appears_and_one_that_nobody_had_seen_for_years,
    one_is_withdrawn_and_one_issued_again_under_its_number,
    one_is_issued_again_under_a_new_number_while_a_page_is_gone,
    the_withdrawn_one_returns_and_one_is_dated_into_another_year,
    an_authority_has_another_urn_overnight,
    a_year_on_all_is_quiet_and_all_is_there,
)


@proven(
    ("A day without news", "asks robots.txt, the search and a page per authority, no file; changes no byte"),
    ("A report appears, or one with a date long past", "fetches and reads it, and nothing else"),
    ("A report is withdrawn", "keeps its file and its rows; is_listed says that it is gone"),
    ("A withdrawn report returns", "lists it again, and looks at its file again"),
    ("A report is issued again under a new number", "keeps both; superseded_reports says which stands"),
    ("A report is dated anew, into another year", "moves all its rows; none stays behind"),
)
def test_a_year(tmp_path):
    world = World(tmp_path)
    for day in THE_YEAR:
        day(world)


def stamps(warehouse):
    """Return when each file was written, but for the database, which is built anew from the same rows."""
    kept = [*(warehouse / "parquet").rglob("*.parquet"), *(warehouse / "archive").rglob("*.p*")]
    return {path: path.stat().st_mtime_ns for path in kept}


@pytest.mark.parametrize("built", ["2023", "2024"], ids=["the year it comes to", "the year it leaves"])
def test_a_report_that_moves_is_in_one_year_whichever_is_built(tmp_path, built):
    world = World(tmp_path)
    world.listed = {key: world.listed[key] for key in (BRACKNELL, DORSET)}
    world.day("2026-01-01")
    rows = world.rows(BRACKNELL)
    world.listed[BRACKNELL]["published"] = "2023-12-29"
    folders.write(world.site, world.listed.values())
    with running(world.site, world.warehouse):
        run(partition=built, at="2026-01-02T03:00:00")
    assert verify_warehouse(world.warehouse) == []
    assert world.rows(BRACKNELL) == (rows[0], [2023])
