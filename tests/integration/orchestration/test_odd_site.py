"""A site whose pages show every oddity: each good report is in the dataset, and each oddity is a row."""

import csv
from datetime import date
from importlib import resources

import duckdb
import pytest

from assets.database import sql_checks
from assets.database.build import database_path
from assets.reference.loaders import PROVISIONAL, UNKNOWN_REGION, read_reference_tables
from assets.release import releases
from assets.schema.vocabularies import AUTHORITY_TYPES, LISTING_ISSUE_REASONS
from assets.storage import parquet_store
from assets.website.build import build_website
from orchestration.commands.build_summary import MAX_LISTED, summarise
from orchestration.verification import verify_warehouse
from tests.support import runs
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import edited
from tests.support.fault_table import Theme, proves

pytestmark = pytest.mark.slow

NEW_AUTHORITY, NEW_NAME = 2999999, "Newtown City Council"
CUMBRIA = 80457
OLD_REPORT = "60000001"

LINK = r'href="[^"]*(/v1/file/7[0-9]*)'


def link(href):
    """Return an effect that inserts a link with an odd address before the first good one."""
    return edited(
        r'<li class="timeline__day"><div',
        f'<li class="timeline__day"><div class="event"><a class="publication-link" href="{href}">Letter</a>'
        "</div></li><li class='timeline__day'><div",
    )


#: Each oddity: the effect on an authority's page, and the expected reason, or None if it is not recorded.
ODDITIES = {
    "misspelt month": (edited("11 February 2022", "11 Febuary 2022"), "unreadable_publication_date"),
    "numeric date": (edited("11 February 2022", "11/02/2022"), "unreadable_publication_date"),
    "date range": (edited("6 December 2021", "6 to 17 December 2021"), "unreadable_inspection_date"),
    "query": (edited(LINK, r'href="https://files.ofsted.gov.uk\1?x=1'), "unusual_address"),
    "fragment": (edited(LINK, r'href="https://files.ofsted.gov.uk\1#page=1'), "unusual_address"),
    "file extension": (edited(LINK, r'href="https://files.ofsted.gov.uk\1.pdf'), "unusual_address"),
    "address before 2018": (link("/provider/files/875315/urn/80442.pdf"), "old_address"),
    "another host": (link("https://www.gov.uk/government/publications/letter"), "other_host"),
    "unknown form": (link("https://files.ofsted.gov.uk/v2/report/abc"), "unknown_address"),
    "invalid address": (link("http://["), "unknown_address"),
    "no title": (edited(r"(<a class=\"publication-link[^>]*>).*?</a>", r"\1</a>"), "no_title"),
    "no timeline": (edited('class="timeline"', 'class="list"'), "incomplete_page"),
    "no URN": (edited("URN: [0-9]+", "Local authority"), "incomplete_page"),
    "grade and type in the link": (
        edited("Children&#39;s services inspection   <span", "Inspection: Good PDF <span"),
        None,
    ),
    "own host": (edited(LINK, r'href="\1'), None),
    "revised title": (edited("Children&#39;s services inspection", "Childrens service re-inspection"), None),
}


@pytest.fixture(scope="module")
def authorities():
    """The rows of the reference data that the site lists, one for each oddity."""
    path = resources.files("assets.reference") / "data" / "authorities.csv"
    rows = [row for row in csv.DictReader(path.read_text().splitlines()) if not row["valid_to"]]
    return rows[: len(ODDITIES)]


@pytest.fixture(scope="module")
def built(tmp_path_factory, authorities):
    """The warehouse of the odd site, the site, and the run."""
    folder = tmp_path_factory.mktemp("odd")
    rows = [
        folders.row(int(row["urn"]), f"700000{number:02}", name=row["official_name"])
        for number, row in enumerate(authorities)
    ]
    rows += [
        folders.row(NEW_AUTHORITY, "71000001", name=NEW_NAME),
        folders.row(CUMBRIA, "72000001", name="Cumbria County Council", authority_status="closed"),
        folders.row(
            80418, OLD_REPORT, name=authorities[0]["official_name"], published="2004-05-06", inspected=""
        ),
        folders.row(80418, "60000002", name=authorities[0]["official_name"], published="2062-05-06"),
    ]
    site = folders.write(folder / "site", rows)
    with runs.serving(site, folder / "warehouse") as fake_site:
        for row, (effect, _) in zip(authorities, ODDITIES.values(), strict=True):
            fake_site.faults[f"/provider/44/{row['urn']}"] = Fault(effect)
        fake_site.faults["/search*rows=100"] = Fault(
            edited(
                r'(results-count">)(\d+)(.*?<ul class="results-list">)(.*results-count">)(\d+)',
                lambda match: (
                    f"{match[1]}{int(match[2]) + 1}{match[3]}"
                    '<li class="search-result"><h3 class="search-result__title">'
                    '<a href="/provider/1/SC023666">Childhood Trust</a></h3></li>'
                    f"{match[4]}{int(match[5]) + 1}"
                ),
            )
        )
        result = runs.run()
        yield folder / "warehouse", fake_site, rows, result


def issues_of(warehouse):
    return parquet_store.read(warehouse, "listing_issues").to_pylist()


@proves(
    "Odd links, dates and titles on authorities' pages, a search result without a numeric URN",
    theme=Theme.FETCHING,
    does="lists and fetches every other report; each oddity is a row of `listing_issues`",
)
def test_every_good_report_is_present(built):
    warehouse, fake_site, rows, _ = built
    listed = parquet_store.read(warehouse, "publications").to_pylist()
    assert {row["report_id"] for row in listed} == {row["file_id"] for row in rows}
    reports = parquet_store.read(warehouse, "reports").to_pylist()
    assert {row["report_id"] for row in reports} == {row["file_id"] for row in rows}
    assert all(row["sha256"] for row in reports)
    assert {path.rpartition("/")[2] for path in fake_site.paths("/v1/file")} == {
        row["file_id"] for row in rows
    }
    assert {row["family"] for row in listed if row["title"] != "(no title)"} == {"inspection"}


@pytest.mark.parametrize("name", ODDITIES)
def test_each_oddity_is_a_row(built, authorities, name):
    warehouse, *_ = built
    urn = int(authorities[list(ODDITIES).index(name)]["urn"])
    dated = {"before_first_year", "future_publication_date"}
    reasons = {row["reason"] for row in issues_of(warehouse) if row["urn"] == urn} - dated
    expected = ODDITIES[name][1]
    assert reasons == ({expected} if expected else set())


def test_reasons_are_complete(built):
    warehouse, *_ = built
    assert {row["reason"] for row in issues_of(warehouse)} == LISTING_ISSUE_REASONS.keys() - {"listed_twice"}
    [result] = [row for row in issues_of(warehouse) if row["reason"] == "unusual_urn"]
    assert (result["authority"], result["address"], result["urn"]) == (
        "Childhood Trust",
        "https://reports.ofsted.gov.uk/provider/1/SC023666",
        None,
    )


@proves(
    "An authority that the reference data lacks",
    theme=Theme.TIME,
    does="lists, fetches and reads its reports under a provisional row, and warns",
)
def test_new_authority_has_a_provisional_row(built):
    warehouse, *_ = built
    rows = {row["urn"]: row for row in parquet_store.read(warehouse, "authorities").to_pylist()}
    new = rows[NEW_AUTHORITY]
    assert (new["name"], new["official_name"]) == ("Newtown", NEW_NAME)
    assert (new["authority_type"], new["region_name"]) == (PROVISIONAL, UNKNOWN_REGION)
    assert len(rows) == read_reference_tables()["authorities"].num_rows + 1
    reports = {row["report_id"]: row for row in parquet_store.read(warehouse, "reports").to_pylist()}
    assert (reports["71000001"]["urn"], reports["72000001"]["urn"]) == (NEW_AUTHORITY, CUMBRIA)


@proves(
    "A report dated before the first year of the dataset",
    theme=Theme.TIME,
    does="lists, fetches and reads it in the partition of the first year, and records it",
)
def test_report_before_the_first_year_is_in_it(built):
    warehouse, *_ = built
    reports = {row["report_id"]: row for row in parquet_store.read(warehouse, "reports").to_pylist()}
    assert (reports[OLD_REPORT]["published"], reports[OLD_REPORT]["publication_year"]) == (
        date(2004, 5, 6),
        2009,
    )


def test_database_is_valid_and_names_the_oddities(built):
    warehouse, *_ = built
    assert verify_warehouse(warehouse) == []
    with duckdb.connect(str(database_path(warehouse)), read_only=True) as database:
        known = database.sql("SELECT DISTINCT issue FROM known_issues").fetchall()
        new = database.execute(
            "SELECT local_authority, region_name FROM latest_judgements WHERE urn = ?", [NEW_AUTHORITY]
        ).fetchall()
    checks = sql_checks.run_queries(warehouse, filter(sql_checks.is_blocking, sql_checks.load_checks()))
    assert {check.name: rows.to_pylist() for check, rows in checks if rows.num_rows} == {}
    assert {issue for (issue,) in known} >= LISTING_ISSUE_REASONS.keys() - {"listed_twice"}
    assert new == [("Newtown", UNKNOWN_REGION)]


def test_summary_names_the_oddities(built):
    warehouse, *_ = built
    summary = summarise(warehouse, None)
    section = summary.partition("Oddities of the site's pages:")[2].partition("\n\n")[0]
    lines = section.strip().splitlines()
    assert len(lines) == MAX_LISTED + 1
    for reason in LISTING_ISSUE_REASONS.keys() - {"listed_twice"}:
        assert reason in section


def test_website_of_the_odd_site(built, tmp_path):
    warehouse, *_ = built
    releases.publish(warehouse)
    build_website(releases.current(warehouse), tmp_path / "website", sql_box=tmp_path / "none")
    page = next((tmp_path / "website").rglob(f"*{NEW_AUTHORITY}*/index.html")).read_text(encoding="utf-8")
    assert AUTHORITY_TYPES[PROVISIONAL].label in page
    assert "Childhood Trust" in (tmp_path / "website" / "data" / "index.html").read_text(encoding="utf-8")
