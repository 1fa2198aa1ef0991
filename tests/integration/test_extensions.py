"""A new judgement area and a new report family appear everywhere, by their declarations alone.

``tests.support.extensions`` declares both and builds the dataset, the release and the website.
"""

import csv
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest

from assets.database.build import database_path
from assets.database.sql_checks import load_checks, run_queries
from assets.release import releases
from assets.release.validation import validate_release
from tests.support.extensions import (
    AREA,
    AREA_FINDING,
    AREA_LABEL,
    FAMILY,
    FAMILY_LABEL,
    INSPECTION,
    LETTER,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extended")
    command = [sys.executable, "-m", "tests.support.extensions", str(folder)]
    result = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def release(built):
    return releases.current(built)


@pytest.fixture(scope="module")
def query(built):
    with duckdb.connect(database_path(built), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture
def page(built):
    return lambda path: (built / "website" / path).read_text(encoding="utf-8")


def test_reports_are_complete(query):
    assert query("SELECT report_id, code, detail, page FROM extraction_issues") == []
    assert query("SELECT report_id, family, status FROM reports ORDER BY ALL") == [
        (INSPECTION, "inspection", "complete"),
        (LETTER, FAMILY, "complete"),
    ]


def test_no_check_fails(built):
    failures = {
        check.name: rows.to_pylist() for check, rows in run_queries(built, load_checks()) if rows.num_rows
    }
    assert failures == {}


def test_area_is_in_every_table(query):
    assert query(f"SELECT label FROM areas WHERE area = '{AREA}'") == [(AREA_LABEL,)]
    assert query(f"SELECT grade, grade_rank FROM judgements WHERE area = '{AREA}'") == [("good", 2)]
    assert query(f"SELECT grade FROM sections WHERE area = '{AREA}'") == [("good",)]
    assert query(f"SELECT text FROM findings WHERE area = '{AREA}'") == [(AREA_FINDING,)]


def test_area_is_in_the_long_views_with_its_label(query):
    for view in ("judgement_history", "judgement_changes", "region_summary"):
        labels = set(query(f"SELECT grade, area_label FROM {view} WHERE area = '{AREA}'"))
        assert labels == {("good", AREA_LABEL)}, view


def test_area_has_a_column_in_the_wide_view(query):
    assert query(f"SELECT {AREA}_grade FROM full_inspections") == [("good",)]


def test_family_is_in_the_timeline_with_its_label(query):
    assert query(f"SELECT label FROM families WHERE family = '{FAMILY}'") == [(FAMILY_LABEL,)]
    assert query(f"SELECT event_label, report_id FROM authority_timeline WHERE event = '{FAMILY}'") == [
        (FAMILY_LABEL, LETTER)
    ]
    assert query(f"SELECT publications FROM data_quality WHERE family = '{FAMILY}'") == [(1,)]


def test_release_contains_both(release):
    dictionary = (release / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
    assert {AREA, FAMILY} <= set(dictionary.replace("`", " ").replace(",", " ").split())
    for table, code, label in (("areas", AREA, AREA_LABEL), ("families", FAMILY, FAMILY_LABEL)):
        with (release / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert any(code in row and label in row for row in csv.reader(file))
    sheet = openpyxl.load_workbook(release / "inspections.xlsx", read_only=True)["History"]
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {AREA, AREA_LABEL} <= cells


def test_home_page_shows_the_area_in_table_and_map(built, page):
    home = page("index.html")
    assert f'id="map-{AREA}"' in home
    assert f"{AREA}-good" in home
    assert f'<th scope="col" data-key="{AREA}">{AREA_LABEL}</th>' in home
    assert FAMILY_LABEL.lower() in home
    styles = "".join(path.read_text() for path in (built / "website" / "static").glob("*.css"))
    assert f"#map-{AREA}:checked" in styles


def test_report_and_authority_pages_show_both(page, query):
    inspected = query(f"SELECT urn FROM reports WHERE report_id = '{INSPECTION}'")[0][0]
    visited = query(f"SELECT urn FROM reports WHERE report_id = '{LETTER}'")[0][0]
    assert f'<th scope="row" role="rowheader">{AREA_LABEL}' in page(f"reports/{INSPECTION}/index.html")
    assert FAMILY_LABEL in page(f"reports/{LETTER}/index.html")
    inspected_page, visited_page = (page(f"authorities/{urn}/index.html") for urn in (inspected, visited))
    assert f"<dt>{AREA_LABEL}</dt>" in inspected_page
    assert f"<title>{AREA_LABEL}: Good" in inspected_page
    assert f"<title>{FAMILY_LABEL}" in visited_page


def test_search_filters_by_both(page):
    search = page("search/index.html")
    for code, label in ((AREA, AREA_LABEL), (FAMILY, FAMILY_LABEL)):
        assert f'<option value="{code}">{label}</option>' in search


def test_national_page_charts_the_area(page):
    assert f'href="#{AREA}">{AREA_LABEL}</a>' in page("national/index.html")
    assert AREA in page(f"national/{AREA}.csv")


def test_released_files_are_valid(release):
    validate_release(release)
