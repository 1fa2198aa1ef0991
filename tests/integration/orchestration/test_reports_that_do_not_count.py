"""Documents listed under an authority that are not reports on it: nothing uses them, and pages say so.

The site lists three under Herefordshire, after its own inspection of 2022: the report on another authority, a
school report and a guidance document. A second site without them is the control: what the views state must
be equal.
"""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from bs4 import BeautifulSoup

from assets.database.build import database_path
from assets.database.sql_checks import load_checks, run_queries
from assets.release import releases
from assets.website.build import build_website
from tests.support import pdf_builder, runs, sample
from tests.support.fake_site import folders

#: ``tests/integration/database/test_reports_that_do_not_count.py`` tests the views in the fast tier.
pytestmark = pytest.mark.slow

HEREFORDSHIRE = 80474
OWN_INSPECTION, OTHER_OWN_REPORT, NEWEST_REPORT = "50192875", "50268466", "50309857"
DORSETS_REPORT = "50276411"
OTHER_AUTHORITY, SCHOOL, GUIDANCE = "70000001", "70000002", "70000003"
#: The reports that do not count, with words of the reason.
NOT_COUNTED = {
    OTHER_AUTHORITY: "title does not name the authority under which the report is listed",
    SCHOOL: "title does not name the authority under which the report is listed",
    GUIDANCE: "inspection framework of the report is not known; the inspection dates were not found",
}
#: Views that list every publication, row of a table or problem, whether or not its report counts.
LISTING_VIEWS = {
    "about",
    "authority_timeline",
    "data_quality",
    "findings_with_authority",
    "known_issues",
    "official_coverage",
    "placeholder_report_ids",
    "provenance",
    "recommendation_areas",
    "recommendations_with_authority",
    "role_coverage",
    "unread_judgements",
    "unused_inspections",
}

_SENTENCE = "Children and young people benefit from xylophones, neglect is rare and leaders know this well."
SCHOOL_LINES = (
    ("Herefordshire Academy", 18),
    ("Inspection of a secondary school", 14),
    ("Inspection dates: 6 May 2025 to 7 May 2025", 12),
    ("Lead inspector: Jane Smith", 12),
    ("Judgement Grade", 12),
    ("Overall effectiveness Outstanding", 12),
    ("What is it like to attend this school?", 14),
    *((f"{number}. {_SENTENCE}", 12) for number in range(1, 9)),
)
GUIDANCE_LINES = (
    ("How we inspect local authority children’s services", 18),
    ("Guidance for Herefordshire and other local authorities", 14),
    ("Overall effectiveness", 12),
    ("Help and protection is good", 14),
    *((f"{number}. {_SENTENCE}", 12) for number in range(1, 9)),
)


class Dataset(NamedTuple):
    """A warehouse with its release and the website of the release."""

    warehouse: Path
    release: Path
    website: Path


def write_pdf(path: Path, lines: tuple[tuple[str, int], ...]) -> None:
    content = b"".join(
        pdf_builder.draw_text(70, 60 + 30 * index, text, size) for index, (text, size) in enumerate(lines)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf_builder.build_pdf([content]))


def row(report_id: str, published: str, path: str) -> dict[str, str]:
    return folders.row(
        HEREFORDSHIRE,
        report_id,
        name="Herefordshire Council",
        published=published,
        inspected="2025-03-17",
        path=path,
    )


def build(folder: Path, *, control: bool) -> None:
    site = folder / "site"
    runs.site_of(site, OWN_INSPECTION, OTHER_OWN_REPORT, NEWEST_REPORT)
    if not control:
        pdf = sample.reports()[DORSETS_REPORT][1]
        shutil.copy(pdf, site / "inspection" / "other.pdf")
        write_pdf(site / "inspection" / "school.pdf", SCHOOL_LINES)
        write_pdf(site / "inspection" / "guidance.pdf", GUIDANCE_LINES)
        listed = [
            entry
            for entry in sample.listing()
            if entry["file_id"] in (OWN_INSPECTION, OTHER_OWN_REPORT, NEWEST_REPORT)
        ]
        folders.write(
            site,
            [
                *({name: entry.get(name, "") for name in folders.COLUMNS} for entry in listed),
                row(OTHER_AUTHORITY, "2025-05-09", "inspection/other.pdf"),
                row(SCHOOL, "2025-06-10", "inspection/school.pdf"),
                row(GUIDANCE, "2025-07-10", "inspection/guidance.pdf"),
            ],
        )
    warehouse = folder / "warehouse"
    with runs.serving(site, warehouse):
        runs.run(since="2022")
    releases.publish(warehouse)
    build_website(releases.current(warehouse), folder / "website", sql_box=Path("none"))


@pytest.fixture(scope="module")
def dataset(build_once):
    folder = build_once("not-counted", lambda folder: build(folder, control=False))
    return Dataset(folder / "warehouse", releases.current(folder / "warehouse"), folder / "website")


@pytest.fixture(scope="module")
def control(build_once):
    folder = build_once("not-counted-control", lambda folder: build(folder, control=True))
    return Dataset(folder / "warehouse", releases.current(folder / "warehouse"), folder / "website")


@pytest.fixture(scope="module")
def database(dataset):
    with duckdb.connect(database_path(dataset.warehouse), read_only=True) as connection:
        yield connection


def test_reports_do_not_count_and_give_the_reason(database):
    rows = database.execute("FROM (SELECT report_id, status, counts, not_counted_reason FROM reports)")
    result = {report_id: values for report_id, *values in rows.fetchall()}
    for report_id, words in NOT_COUNTED.items():
        status, counts, reason = result[report_id]
        assert (status, counts) == ("partial", False)
        assert words in reason
    assert all(result[report_id][1:] == [True, None] for report_id in result.keys() - NOT_COUNTED.keys())
    # The grades that were read are kept, and marked.
    grades = database.execute("SELECT DISTINCT report_id, counts FROM judgements").fetchall()
    assert {(OTHER_AUTHORITY, False), (SCHOOL, False), (OWN_INSPECTION, True)} <= set(grades)
    assert all(counts == (report_id not in NOT_COUNTED) for report_id, counts in grades)


def test_views_state_the_same_as_without_the_reports(database, control):
    views = {
        name
        for (name,) in database.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    assert views >= LISTING_VIEWS
    relations = {name: name for name in views - LISTING_VIEWS} | {
        "judgements_as_at": "judgements_as_at('2026-08-01')",
        "finding_search": "finding_search('neglect leaders')",
        "recommendation_search": "recommendation_search('children care leavers')",
        "search_documents": "search_documents",
        "search_postings": "search_postings",
        "search_spellings": "search_spellings",
    }
    different = []
    with duckdb.connect(database_path(control.warehouse), read_only=True) as other:
        for name, relation in relations.items():
            columns = [column for column, *_ in database.execute(f"DESCRIBE FROM {relation}").fetchall()]
            kept = [column for column in columns if not column.endswith("note")]
            query = f"SELECT {', '.join(kept)} FROM {relation} ORDER BY ALL"
            if database.execute(query).fetchall() != other.execute(query).fetchall():
                different.append(name)
    assert different == []


def test_authority_keeps_its_judgement_and_the_note_gives_the_reasons(database):
    for relation in ("latest_judgements", "authority_year_panel", "judgements_as_at('2026-08-01')"):
        report_id, note = database.execute(
            f"SELECT report_id, note FROM {relation} WHERE urn = {HEREFORDSHIRE}"
            + (" AND year = 2026" if "panel" in relation else "")
        ).fetchone()
        assert report_id == OWN_INSPECTION
        for day in ("9 May 2025", "10 June 2025", "10 July 2025"):
            assert f"The inspection published on {day} could not be used: " in note
        assert all(words in note for words in NOT_COUNTED.values())


def test_listing_views_name_the_reports_without_grades(database):
    timeline = database.execute(
        "SELECT report_id, headline_grade, theme, counts, not_counted_reason FROM authority_timeline"
        f" WHERE urn = {HEREFORDSHIRE}"
    ).fetchall()
    assert {report_id for report_id, *_ in timeline} >= NOT_COUNTED.keys()
    for report_id, grade, theme, counts, reason in timeline:
        if report_id in NOT_COUNTED:
            assert (grade, theme, counts) == (None, None, False)
            assert NOT_COUNTED[report_id] in reason
    issues = database.execute("SELECT report_id, severity FROM known_issues WHERE issue = 'not_counted'")
    assert set(issues.fetchall()) == {(report_id, "error") for report_id in NOT_COUNTED}
    (count,) = database.execute("SELECT sum(not_counted) FROM data_quality").fetchone()
    assert count == len(NOT_COUNTED)


def test_checks_pass(dataset):
    violations = {
        check.name: rows.to_pylist()
        for check, rows in run_queries(dataset.warehouse, load_checks())
        if rows.num_rows and check.severity == "blocking"
    }
    assert violations == {}


def test_workbook_has_the_judgement_of_the_control_and_the_reasons(dataset):
    (path,) = dataset.release.rglob("*.xlsx")
    workbook = openpyxl.load_workbook(path, read_only=True)
    cells = {
        sheet.title: [
            [str(value) for value in values if value is not None]
            for values in sheet.iter_rows(values_only=True)
        ]
        for sheet in workbook.worksheets
    }
    assert not any(report_id in row for report_id in NOT_COUNTED for rows in cells.values() for row in rows)
    (latest,) = (row for row in cells["Latest judgements"] if str(HEREFORDSHIRE) in row)
    assert OWN_INSPECTION in latest
    assert any("The inspection published on 10 June 2025 could not be used" in value for value in latest)


def text_of(path: Path) -> str:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return " ".join(page.main.get_text(" ").split())


def test_pages_state_that_the_reports_are_not_used(dataset, control):
    sentence = "Not used in this dataset: the title does not name the authority"
    home = BeautifulSoup((dataset.website / "index.html").read_text(encoding="utf-8"), "html.parser")
    latest = {item.a["href"].split("/")[1]: item for item in home.select("ul.latest-reports li")}
    for report_id in NOT_COUNTED:
        assert "Not used in this dataset: " in latest[report_id].get_text()
        assert not latest[report_id].select(".badge")
    (authority,) = (
        row for row in home.select("#authority-table tbody tr") if f"authorities/{HEREFORDSHIRE}/" in str(row)
    )
    assert "A later inspection could not be used" in authority.get_text()

    path = Path("authorities") / str(HEREFORDSHIRE) / "index.html"
    page = text_of(dataset.website / path)
    assert page.count("Not used in this dataset: ") == len(NOT_COUNTED)
    assert "The inspection published on 10 June 2025 could not be used" in page
    badges, without = (
        [
            str(badge)
            for badge in BeautifulSoup((site / path).read_text("utf-8"), "html.parser").select(".badge")
        ]
        for site in (dataset.website, control.website)
    )
    assert badges == without

    for report_id in NOT_COUNTED:
        page = text_of(dataset.website / "reports" / report_id / "index.html")
        assert "Not used in this dataset: " in page
        assert "no other page and no figure of this dataset uses it" in page
    assert sentence in text_of(dataset.website / "reports" / OTHER_AUTHORITY / "index.html")
    assert text_of(dataset.website / "national" / "index.html") == text_of(
        control.website / "national" / "index.html"
    )


def test_feed_states_that_the_reports_are_not_used(dataset):
    atom = "{http://www.w3.org/2005/Atom}"
    summaries = {
        entry.find(f"{atom}link").get("href").split("/")[2]: entry.findtext(f"{atom}summary")
        for entry in ElementTree.parse(dataset.website / "data" / "feed.xml").iter(f"{atom}entry")
    }
    assert all("Not used in this dataset: " in summaries[report_id] for report_id in NOT_COUNTED)
    assert "Not used" not in summaries[OWN_INSPECTION]


def test_search_of_the_website_does_not_find_their_texts(dataset, control):
    def texts(website: Path) -> dict[str, object]:
        return {
            path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((website / "search").rglob("*.json"))
        }

    assert "xylophones" in text_of(dataset.website / "reports" / SCHOOL / "index.html")
    assert "xylophone" not in json.dumps(texts(dataset.website))
    assert texts(control.website).keys() == texts(dataset.website).keys()


def test_published_after_the_inspection_in_force(database):
    """The case is the one described above: the inspection in force is older than the three documents."""
    (published,) = database.execute(
        f"SELECT published FROM reports WHERE report_id = '{OWN_INSPECTION}'"
    ).fetchone()
    assert published < date(2025, 5, 9)
