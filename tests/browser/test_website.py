"""The website in a real browser, with a keyboard's, a phone's and a screen reader's needs in mind."""

import re
from urllib.parse import quote

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe

from assets.database.build import database_path

#: A page of every kind.
PAGES = {
    "home": "",
    "authority": "authorities/80523/",
    "former authority": "authorities/80427/",
    "report": "reports/2755760/",
    "search": "search/?q=homeless",
    "national": "national/",
    "data": "data/",
    "dictionary": "data/dictionary/",
    "sql": "data/sql/",
}


def names(page):
    return page.locator("#standing tbody tr:visible th a").all_inner_texts()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages_are_accessible_and_never_wider_than_the_screen(visit, site, path, width, scheme):
    page = visit(site, path, width, color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_sorts_by_a_click_and_by_the_keyboard(visit, site):
    page = visit(site, "")
    first = names(page)
    page.get_by_role("button", name="Years since").focus()
    page.keyboard.press("Enter")
    years = page.locator("#standing tbody td:nth-child(9)").all_inner_texts()
    told = [float(text) for text in years if text != "–"]
    assert told == sorted(told)
    assert len(told) > 5
    assert years[len(told) :] == ["–"] * (len(years) - len(told))
    page.get_by_role("button", name="Authority").click()
    assert page.locator("#standing th[aria-sort=ascending]").inner_text().startswith("Authority")
    page.get_by_role("button", name="Authority").click()
    assert names(page) == first[::-1]


def test_the_table_filters(visit, site):
    page = visit(site, "")
    page.get_by_label("Region").select_option("London")
    assert page.locator(".shown").inner_text() == f"{len(names(page))} of 153 authorities"
    assert len(names(page)) == 33
    page.get_by_label("Name").fill("bark")
    assert names(page) == ["Barking and Dagenham"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("153 of 153 authorities").wait_for()
    assert len(names(page)) == 153
    page.get_by_label("Any grade").select_option("inadequate")
    rows = page.locator("#standing tbody tr:visible")
    assert 0 < rows.count() < 153
    assert all("Inadequate" in text for text in rows.all_inner_texts())


def test_the_map_tells_what_the_pointer_is_on_in_the_colour_of_the_grade(visit, site):
    page = visit(site, "")
    row = page.locator("#standing tr", has=page.get_by_role("link", name="Lancashire", exact=True))
    urn = row.locator("a").first.get_attribute("href").split("/")[1]
    shape = page.locator(f"svg.england a[data-urn='{urn}'] path").first
    shape.hover(force=True)
    assert page.locator("#map-caption").inner_text() == "Lancashire: outstanding (impact of leaders)"
    before = shape.evaluate("path => getComputedStyle(path).fill")
    page.get_by_label("Help and protection").check()
    assert shape.evaluate("path => getComputedStyle(path).fill") != before
    shape.dispatch_event("click")
    page.wait_for_url("**/authorities/*/")
    assert page.locator("h1").inner_text() == "Lancashire"


def test_without_scripts_everything_is_there_but_what_needs_them(visit, site):
    page = visit(site, "", java_script_enabled=False)
    assert len(names(page)) == 153
    assert not page.locator("form.filters").is_visible()
    page.get_by_label("Children in care").check()
    assert page.locator("#map-in_care").is_checked()
    page = visit(site, "search/", java_script_enabled=False)
    assert page.get_by_text("Searching needs JavaScript").is_visible()


@pytest.fixture(scope="module")
def release(sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("query", ["unaccompanied asylum", "foyer", "homes for Children's policies"])
def test_the_search_finds_what_the_database_finds(visit, site, release, query):
    page = visit(site, f"search/?q={quote(query)}")
    page.locator("#found li").first.wait_for()
    found = page.locator("#found li a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    expected = release.execute(
        "SELECT score FROM (SELECT score FROM finding_search($1)"
        " UNION ALL SELECT score FROM recommendation_search($1))"
        " ORDER BY score DESC",
        [query],
    ).fetchall()
    count = int(re.sub(r"\D", "", page.locator("#told").inner_text().split(" paragraphs")[0]))
    assert count == len(expected)
    best = release.execute(
        "SELECT report_id FROM (SELECT report_id, score FROM finding_search($1)"
        " UNION ALL SELECT report_id, score FROM recommendation_search($1))"
        " WHERE score = $2",
        [query, expected[0][0]],
    ).fetchall()
    assert found[0].split("/")[2] in {report_id for (report_id,) in best}


def test_the_search_shows_the_sentence_filters_and_leads_to_the_finding(visit, site):
    page = visit(site, "search/")
    page.get_by_label("Words").fill("homeless")
    page.get_by_label("Grade of the area").select_option("good")
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#found li").first.wait_for()
    entries = page.locator("#found li")
    assert all("Good" in text for text in entries.all_inner_texts())
    assert "homeless" in entries.first.locator("mark").first.inner_text().lower()
    words = entries.first.locator("mark").first.inner_text()
    assert "grade=good" in page.url
    entries.first.locator("a").click()
    page.wait_for_load_state()
    assert words in page.locator("li:target").inner_text()


def test_the_search_says_when_nothing_is_found(visit, site):
    page = visit(site, "search/?q=zzzz")
    assert page.get_by_text("Nothing has these words.").is_visible()


def test_a_finding_has_an_address_of_its_own(visit, site, release):
    text, page_number, url = release.execute(
        "SELECT text, page, source_url FROM findings JOIN reports USING (report_id)"
        " WHERE report_id = '2755760' AND paragraph = 23"
    ).fetchone()
    target = visit(site, "reports/2755760/#p23").locator("li:target")
    assert target.locator(".place").inner_text() == "23"
    assert target.locator("p").first.inner_text() == text
    assert target.locator("p a").get_attribute("href") == f"{url}#page={page_number}"


def answer(page, query):
    page.get_by_label("Question").fill(query)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text(re.compile(r"^\d+ rows\.$")).wait_for(timeout=60_000)
    return page.locator("#answer tbody td").all_inner_texts()


def test_sql_is_answered_in_the_browser_over_the_published_parquet(visit, site_with_box, release):
    page = visit(site_with_box, "data/sql/")
    page.get_by_role("button", name="Ask this").first.click()
    page.get_by_text(re.compile(r"^\d+ rows\.$")).wait_for(timeout=60_000)
    assert page.locator("#answer tbody tr").count() > 0
    query = (
        "SELECT count(*), count(impact_of_leaders_grade), max(inspection_start_date) FROM latest_judgements"
    )
    assert answer(page, query) == [str(value) for value in release.execute(query).fetchone()]
    query = "SELECT local_authority, in_care_grade FROM judgements_as_at('2024-03-31') ORDER BY 1 LIMIT 3"
    expected = [value or "" for row in release.execute(query).fetchall() for value in row]
    assert answer(page, query) == expected
    page.get_by_label("Question").fill("SELECT nonsense")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Binder Error").wait_for()
    assert not page.locator("#answer").is_visible()


def test_the_sql_page_is_accessible(visit, site_with_box):
    page = visit(site_with_box, "data/sql/", 360)
    assert Axe().run(page).violations_count == 0


def test_all_examples_are_answered_in_the_browser(visit, site_with_box):
    page = visit(site_with_box, "data/sql/")
    for button in page.get_by_role("button", name="Ask this").all():
        button.click()
        told = page.locator("#told").filter(has_text=re.compile("rows|Error"))
        told.wait_for(timeout=60_000)
        assert "Error" not in told.inner_text(), page.get_by_label("Question").input_value()
