"""The pages about the dataset: tables, releases, citation, accuracy, mistakes, structured data."""

import json
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from assets.release import releases
from assets.website.data_pages import RELEASE_FILES, SAMPLE_ROWS, sql_fragment
from assets.website.sharing.citation import bibtex
from tests.support.website_fixtures import ADDRESS, HOSTILE_REPORT, HOSTILE_TEXT, MISTAKES_ADDRESS


def soup(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def data_page(site):
    return soup(site / "data" / "index.html")


def test_every_published_file_of_a_table_is_linked_with_its_row_count(site, data_page, database):
    rows = data_page.select("#tables ~ div tbody tr")
    linked = {
        link["href"].removeprefix("../downloads/")
        for row in rows
        for link in row.select("a[href^='../downloads/']")
    }
    published = {
        path.relative_to(site / "downloads").as_posix()
        for folder in ("parquet", "csv")
        for path in (site / "downloads" / folder).iterdir()
    }
    assert linked == published
    for row in rows:
        name = row.th.a.get_text()
        (count,) = database.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert row.select_one("td.number").get_text() == f"{count:,}"


def test_page_of_a_table_has_its_columns_and_first_rows(site, database):
    page = soup(site / "data" / "tables" / "judgements" / "index.html")
    columns = [cell.get_text() for cell in page.select("#sample ~ div thead th")]
    assert columns == [row[0] for row in database.execute("DESCRIBE judgements").fetchall()]
    assert [cell.get_text() for cell in page.select("#columns ~ div tbody th")] == columns
    expected = database.execute(f"SELECT * FROM judgements ORDER BY ALL LIMIT {SAMPLE_ROWS}").fetchall()
    shown = [[cell.get_text() for cell in row.select("td")] for row in page.select("#sample ~ div tbody tr")]
    assert len(shown) == SAMPLE_ROWS
    position = columns.index("grade")
    assert [row[:2] for row in shown] == [[str(value) for value in row[:2]] for row in expected]
    assert [row[position] for row in shown] == [row[position] or "" for row in expected]
    link = page.find("a", string="Query in the browser")["href"]
    assert parse_qs(urlsplit(link).fragment)["q"] == ["FROM judgements LIMIT 100"]
    assert link == f"../../sql/{sql_fragment('judgements')}"


def test_long_cells_are_cut(site):
    cells = soup(site / "data" / "tables" / "findings" / "index.html").select("#sample ~ div td")
    assert max(len(cell.get_text()) for cell in cells) == 101
    assert any(cell.get_text().endswith("…") for cell in cells)


def test_markup_in_the_first_rows_is_text(hostile_site):
    page = soup(hostile_site / "data" / "tables" / "authorities" / "index.html")
    cells = [cell.get_text() for cell in page.select("#sample ~ div tbody tr")[0].select("td")]
    assert cells[1] == HOSTILE_TEXT


def test_data_page_has_three_dates(data_page, database, sample_release):
    read, newest = database.execute("SELECT max(last_seen), max(published) FROM publications").fetchone()
    facts = {fact.dt.get_text(): words(fact.dd) for fact in data_page.select("dl.facts div")}
    assert list(facts.values()) == [
        f"{read.day} {read:%B %Y}",
        f"{newest.day} {newest:%B %Y}",
        releases.current(sample_release).name,
    ]


def test_grades_that_only_one_source_has_are_no_difference(data_page, database):
    both, same = database.execute(
        "SELECT count(*), count(*) FILTER (WHERE outcome = 'same') FROM official_comparison"
        " WHERE official_grade IS NOT NULL AND grade IS NOT NULL"
    ).fetchone()
    (reports_only,) = database.execute(
        "SELECT count(*) FROM official_comparison WHERE official_grade IS NULL"
    ).fetchone()
    text = words(data_page.select_one("section[aria-labelledby=accuracy]"))
    assert f"Of the {both:,} grades that both have, {same:,} are the same" in text
    assert f"{reports_only:,} grades in the reports are not in the statistics" in text
    assert "Not in the statistics" not in text
    different = [
        int(row.select_one("td.number").get_text().replace(",", ""))
        for row in data_page.select("#accuracy ~ div tbody tr")
        if row.th.get_text() == "Different"
    ]
    assert sum(different) == both - same


def test_acknowledged_oddities_are_apart_from_issues(data_page, database):
    (acknowledged,) = database.execute(
        "SELECT count(*) FROM known_issues WHERE severity = 'acknowledged'"
    ).fetchone()
    assert acknowledged
    assert len(data_page.select("[aria-labelledby=acknowledged] tbody tr")) == acknowledged
    issues = data_page.select("div[aria-labelledby=issues] tbody tr")
    assert not [row for row in issues if "Acknowledged" in row.get_text()]


def test_citation_names_the_release_and_its_permanent_address(site, public_site, sample_release):
    version = releases.current(sample_release).name
    for folder, address in ((site, ""), (public_site, f"{ADDRESS}releases/{version}/")):
        section = soup(folder / "data" / "index.html").select_one("section[aria-labelledby=cite]")
        assert f"release {version}" in section.blockquote.get_text()
        assert section.blockquote.get_text().endswith(address)
        entry = section.pre.get_text()
        assert entry.startswith(f"@misc{{childrens-services-inspections-{version},\n")
        assert (f"url = {{{address}}}" in entry) == bool(address)


def test_bibtex_escapes_special_characters():
    about = {
        "name": "name",
        "title": "A & B",
        "creator": "50 % {x}",
        "attribution": "a_b #1 $",
        "day": date(2026, 3, 1),
    }
    assert bibtex(about, "2026.03.01", "").splitlines() == [
        "@misc{name-2026.03.01,",
        r"  author = {{50 \% \{x\}}},",
        r"  title = {{A \& B}},",
        "  year = {2026},",
        "  month = {3},",
        "  version = {2026.03.01},",
        r"  note = {a\_b \#1 \$}",
        "}",
    ]


@pytest.mark.parametrize("fixture", ["site", "public_site", "hostile_site"])
def test_description_for_search_engines_lists_files_that_exist(request, fixture):
    folder = request.getfixturevalue(fixture)
    (script,) = soup(folder / "data" / "index.html").select("script[type='application/ld+json']")
    document = json.loads(script.string)
    assert document["@context"]["@vocab"] == "https://schema.org/"
    assert "Dataset" in document["@type"]
    assert all(document[name] for name in ("name", "description", "license", "version", "creator"))
    assert document.get("url") == (f"{ADDRESS}data/" if fixture == "public_site" else None)
    for file in document["distribution"]:
        if fixture == "public_site":
            assert file["contentUrl"].startswith(ADDRESS)
        path = file["contentUrl"].removeprefix(ADDRESS).removeprefix("../")
        assert (folder / path).is_file()


def test_releases_stay_at_their_addresses(hostile_site, sample_release):
    first = releases.current(sample_release)
    page = soup(hostile_site / "releases" / "index.html")
    versions = [row.th.get_text() for row in page.select("table")[0].select("tbody tr")]
    assert versions == [f"{first.name}.1", first.name]
    for version in versions:
        folder = hostile_site / "releases" / version
        assert {path.name for path in folder.iterdir()} == {*RELEASE_FILES, "index.html"}
        linked = {link["href"] for link in soup(folder / "index.html").select("#files ~ table a")}
        assert linked == set(RELEASE_FILES)
    kept = hostile_site / "releases" / first.name / "inspections.duckdb"
    assert kept.read_bytes() == (first / "inspections.duckdb").read_bytes()


def test_page_of_a_release_lists_corrected_judgements(hostile_site, sample_release):
    version = f"{releases.current(sample_release).name}.1"
    page = soup(hostile_site / "releases" / version / "index.html")
    (item,) = page.select("#judgements ~ ul li")
    assert item.a["href"] == f"../../reports/{HOSTILE_REPORT}/"
    assert item.get_text().startswith(HOSTILE_TEXT)
    assert "impact of leaders (" in item.get_text()


def test_mistakes_are_reported_with_the_facts_of_the_row(public_site, sample_release):
    report = soup(public_site / "reports" / "2755760" / "index.html")
    template = report.select_one("[data-mistake-link]")["data-mistake-link"]
    link = report.find("a", string="Report a mistake in this report")["href"]
    assert template.startswith(f"{MISTAKES_ADDRESS}?")
    assert link.startswith(f"{MISTAKES_ADDRESS}?")
    body = unquote(urlsplit(template).query)
    version = releases.current(sample_release).name
    assert f"report: 2755760\nplace: {{place}}\nvalue: {{value}}\nrelease: {version}" in body


def test_without_an_address_no_mistake_can_be_sent(site, data_page):
    report = soup(site / "reports" / "2755760" / "index.html")
    assert not report.select("[data-mistake-link]")
    assert not report.find("a", string="Report a mistake in this report")
    assert "has not given an address" in words(data_page.select_one("section[aria-labelledby=mistakes]"))
