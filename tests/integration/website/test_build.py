"""What the website says, without a browser: whole, true to the release, and safe from hostile text."""

import csv
import filecmp
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import duckdb
import pytest
from bs4 import BeautifulSoup

from assets.database.build import build_database, database_path
from assets.release import releases
from assets.storage import parquet_store
from assets.website.build import WebsiteError, build_website
from assets.website.charts import timeline
from assets.website.geography import LONDON_FRAME, outlines, read_boundaries
from tests.support import warehouses
from tests.support.fault_table import Theme, proves

NO_BOX = Path("nowhere")
HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7 * 7 }} & ' ]]> </title>"""
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def release(sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        yield connection


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(folder):
    return sorted(folder.rglob("*.html"))


def files_of(folder):
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]


def test_no_link_is_broken(site):
    anchors = {page: {tag["id"] for tag in soup(page).find_all(id=True)} for page in pages(site)}
    broken = []
    for page in pages(site):
        for tag in soup(page).find_all(["a", "link", "script", "img"]):
            address = tag.get("href") or tag.get("src")
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme == "https", address
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (parts.fragment and parts.fragment not in anchors.get(target, set())):
                broken.append(f"{page.relative_to(site)}: {address}")
    assert broken == []


def test_the_feed_s_links_lead_somewhere_and_its_entries_are_told_apart(site, release):
    feed = ElementTree.parse(site / "data" / "feed.xml").getroot()
    entries = feed.findall("atom:entry", ATOM)
    ids = [entry.findtext("atom:id", namespaces=ATOM) for entry in entries]
    assert (
        len(set(ids))
        == len(ids)
        == release.execute("SELECT count(published) FROM publications").fetchone()[0]
    )
    for entry in entries:
        link = entry.find("atom:link", ATOM).get("href")
        assert (site / "data" / link / "index.html").is_file()


def test_pages_are_small(site):
    for page in pages(site):
        limit = 500_000 if page == site / "index.html" else 300_000
        assert page.stat().st_size < limit, page


def test_every_finding_and_recommendation_stands_on_its_report_s_page_with_its_pdf_s_page(site, release):
    rows = release.execute(
        "SELECT report_id, text, page, url, report_id IN (SELECT report_id FROM placeholder_report_ids) FROM ("
        " SELECT report_id, text, page FROM findings"
        " UNION ALL SELECT report_id, text, page FROM recommendations)"
        " JOIN publications USING (report_id)"
    ).fetchall()
    told = set()
    count = 0
    for report_id in {row[0] for row in rows}:
        items = soup(site / "reports" / report_id / "index.html").select("ol.paragraphs > li")
        count += len(items)
        for item in items:
            link = item.select_one("p a")
            told.add((report_id, item.select_one("p").get_text(), link["href"] if link else None))
    expected = {
        (report_id, text, None if stand_in else f"{url}#page={page}")
        for report_id, text, page, url, stand_in in rows
    }
    assert told == expected
    assert count == len(rows)


def test_every_judgement_of_today_is_in_the_home_page_s_table(site, release):
    columns = ("impact_of_leaders", "help_and_protection", "in_care", "care_leavers", "overall_effectiveness")
    query = f"SELECT urn, {', '.join(f'{column}_grade' for column in columns)} FROM latest_judgements"
    expected = {urn: grades for urn, *grades in release.execute(query).fetchall()}
    told = {}
    for row in soup(site / "index.html").select("#standing tbody tr"):
        badges = [cell.select_one(".badge") for cell in row.select("td")[:5]]
        told[int(row.a["href"].split("/")[1])] = [badge["class"][1] if badge else None for badge in badges]
    assert told == expected


def test_numbers_behind_the_charts_are_those_of_the_view(site, release):
    for path in (site / "national").glob("*.csv"):
        if path.stem.startswith("themes"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            told = {
                (row["year"], row["region_name"], row["grade"]): row["authorities"]
                for row in csv.DictReader(file)
            }
        query = "SELECT year, region_name, grade, authorities FROM region_summary WHERE area = ?"
        expected = {
            (str(year), region, grade): str(count)
            for year, region, grade, count in release.execute(query, [path.stem]).fetchall()
        }
        assert told == expected


def test_what_could_not_be_read_is_told_with_its_picture(site, release):
    query = "SELECT DISTINCT report_id, page FROM known_issues WHERE page IS NOT NULL"
    for report_id, page in release.execute(query).fetchall():
        folder = site / "reports" / report_id
        assert (folder / f"page-{page}.png").read_bytes().startswith(b"\x89PNG")
        assert soup(folder / "index.html").select_one(f"img[src='page-{page}.png']")
    for (report_id,) in release.execute("SELECT report_id FROM reports WHERE status = 'missing'").fetchall():
        assert "the file is gone" in (site / "reports" / report_id / "index.html").read_text(encoding="utf-8")


def test_predecessors_and_successors_lead_to_each_other(site, release):
    for before, after in release.execute("SELECT predecessor_urn, successor_urn FROM successions").fetchall():
        links = [
            {
                link.get("href")
                for link in soup(site / "authorities" / str(urn) / "index.html").select(".lead a")
            }
            for urn in (before, after)
        ]
        assert f"../{after}/" in links[0]
        assert f"../{before}/" in links[1]


def test_the_same_release_gives_the_same_bytes(site, sample_release, draw, tmp_path):
    build_website(releases.current(sample_release), tmp_path / "again", draw, box=NO_BOX)
    files = files_of(site)
    assert files == files_of(tmp_path / "again")
    _, different, missing = filecmp.cmpfiles(site, tmp_path / "again", files, shallow=False)
    assert (different, missing) == ([], [])


def test_without_the_box_the_page_says_so(site):
    page = soup(site / "data" / "sql" / "index.html")
    assert "built without the SQL box" in page.get_text()
    assert not page.find("textarea")
    assert len(page.select("pre")) > 5


def test_no_page_has_script_or_style_in_it(site):
    for page in pages(site):
        found = soup(page)
        assert all(script.get("src") and not script.get_text() for script in found.find_all("script")), page
        assert not found.find_all("style"), page
        assert not [
            tag
            for tag in found.find_all()
            if any(key == "style" or key.startswith("on") for key in tag.attrs)
        ]
        policy = found.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert ("wasm-unsafe-eval" in policy) == (page == site / "data" / "sql" / "index.html")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A website of a release whose every outside text is markup."""
    warehouse = warehouses.build(tmp_path_factory.mktemp("hostile"))
    report = "2755760"
    with duckdb.connect(database_path(warehouse), read_only=True) as connection:
        (urn,) = connection.execute("SELECT urn FROM reports WHERE report_id = ?", [report]).fetchone()
    warehouses.change(warehouse, "authorities", (urn,), name=HOSTILE, region_name=HOSTILE)
    warehouses.change(
        warehouse, "publications", (report,), title=HOSTILE, provider_url="https://x/" + HOSTILE
    )
    warehouses.change(warehouse, "reports", (report,), title=HOSTILE, lead_inspector=HOSTILE, theme=HOSTILE)
    warehouses.change(warehouse, "findings", (report, 30), text=HOSTILE)
    warehouses.change(warehouse, "recommendations", (report, 1), text=HOSTILE)
    warehouses.change(warehouse, "judgements", (report, "leadership"), label=HOSTILE)
    warehouses.change(warehouse, "sections", (report, 1), title=HOSTILE)
    releases.publish(warehouse)
    build_website(releases.current(warehouse), warehouse / "website", box=NO_BOX)
    return warehouse / "website", urn


def test_markup_in_names_and_findings_stays_words(hostile):
    folder, urn = hostile
    test_no_page_has_script_or_style_in_it(folder)
    for page in pages(folder):
        assert not soup(page).select("img[src=x]")
    report = soup(folder / "reports" / "2755760" / "index.html")
    assert HOSTILE in report.select_one("h1").get_text()
    assert HOSTILE in [item.select_one("p").get_text() for item in report.select("#findings ~ ol > li")]
    assert report.select_one("#r1 p").get_text() == HOSTILE
    assert soup(folder / "authorities" / str(urn) / "index.html").select_one("h1").get_text() == HOSTILE
    titles = ElementTree.parse(folder / "data" / "feed.xml").getroot().iterfind("atom:entry/atom:title", ATOM)
    assert any(title.text.startswith(HOSTILE) for title in titles)


@proves(
    "Markup and scripts in names and findings",
    theme=Theme.HOSTILE,
    does="shows them as words on every page of the website; a browser runs and fetches nothing of them",
)
def test_markup_does_nothing_in_a_browser(hostile, visit):
    folder, urn = hostile
    page = visit(folder, "search/?q=onerror")
    page.locator("#found li").first.wait_for()
    assert "onerror=alert(2)" in page.locator("#found li").first.inner_text()
    for path in ("", f"authorities/{urn}/", "reports/2755760/", "national/", "data/"):
        visit(folder, path)


def test_a_report_whose_number_is_a_path_gets_no_page(tmp_path):
    warehouse = warehouses.build(tmp_path)
    website = tmp_path / "website"
    build_from = releases.publish(warehouse)
    build_website(build_from, website, box=NO_BOX)
    index = json.loads((website / "downloads" / "index.json").read_text(encoding="utf-8"))
    listed = parquet_store.read(warehouse, "publications").to_pylist()
    warehouses.put(warehouse, "publications", [*listed, {**listed[0], "report_id": "../../up"}])
    build_database(warehouse)
    with pytest.raises(WebsiteError, match=r"\.\./\.\./up"):
        build_website(releases.publish(warehouse), website, box=NO_BOX)
    kept = json.loads((website / "downloads" / "index.json").read_text(encoding="utf-8"))
    assert kept == index, "the website that was there stays"


def judged(area, grade, on, family="inspection"):
    return {"area": area, "grade": grade, "judged_on": on, "family": family, "report_id": "1"}


def test_a_grade_s_bar_ends_where_the_next_inspection_begins_though_it_did_not_judge_the_area():
    rows = [
        judged("overall_effectiveness", "good", date(2023, 1, 1)),
        judged("area_send_outcome", "positive", date(2024, 1, 1), "area_send"),
        judged("leadership", "outstanding", date(2026, 1, 1)),
    ]
    picture = timeline(rows, [], date(2027, 1, 1))
    ends = {bar.title.split(":")[0]: bar.x + bar.width + 1 for bar in picture.bars}
    begins = {bar.title.split(":")[0]: bar.x for bar in picture.bars}
    assert ends["Overall effectiveness"] == pytest.approx(begins["Impact of leaders"], abs=0.2)
    assert ends["Area SEND outcome"] == ends["Impact of leaders"] == 955


def test_a_joint_judgement_stands_in_both_rows():
    rows = [judged("in_care_and_care_leavers", "good", date(2020, 1, 1))]
    picture = timeline(rows, [], date(2021, 1, 1))
    assert [name for _, name in picture.names] == ["Children in care", "Care leavers"]
    assert len(picture.bars) == 2


def test_of_an_authority_without_anything_there_is_no_picture():
    assert timeline([], [], date(2021, 1, 1)) is None


def test_every_authority_of_today_is_on_the_map_and_london_twice(release):
    today = release.execute("SELECT urn, region_name FROM authorities WHERE valid_to IS NULL").fetchall()
    london = [urn for urn, region in today if region == "London"]
    assert set(read_boundaries()) == {urn for urn, _ in today}
    drawn = outlines(london)
    assert sorted(each.urn for each in drawn if each.in_inset) == sorted(london)
    x, y, width, height = (edge * 10 for edge in LONDON_FRAME)
    for each in drawn:
        if each.in_inset:
            left, top = map(int, re.match(r"M(-?\d+) (-?\d+)", each.path).groups())
            assert x < left < x + width
            assert y < top < y + height
