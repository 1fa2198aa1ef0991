"""The website in a browser: accessibility, small screens, keyboard, tables, map, search and SQL box."""

import csv
import re
from datetime import date
from urllib.parse import parse_qs, parse_qsl, urlsplit

import duckdb
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe

from assets.database.build import database_path
from tests.support.fault_table import Theme, proves
from tests.support.website_fixtures import HOSTILE_REPORT, HOSTILE_TEXT, hostile_urn

#: A page of each kind.
PAGES = {
    "home": "",
    "authority": "authorities/80523/",
    "former authority": "authorities/80427/",
    "report": "reports/2755760/",
    "search": "search/?q=homeless",
    "national": "national/",
    "compare": "compare/?neighbours-of=80442",
    "changes": "changes/",
    "themes": "themes/",
    "theme": "themes/workforce_stability/",
    "data": "data/",
    "dictionary": "data/dictionary/",
    "sql": "data/sql/",
    "table": "data/tables/findings/",
    "releases": "releases/",
    "not found": "404.html",
}


@pytest.fixture(scope="module")
def database(sample_release):
    with duckdb.connect(database_path(sample_release), read_only=True) as connection:
        yield connection


def listed_names(page):
    return page.locator("#authority-table tbody tr:visible th a").all_inner_texts()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages_are_accessible_and_fit_the_screen(visit, site, path, width, scheme):
    page = visit(site, path, width, color_scheme=scheme)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_table_sorts_by_click_and_keyboard(visit, site):
    page = visit(site, "")
    initial_names = listed_names(page)
    page.get_by_role("button", name="Years since").focus()
    page.keyboard.press("Enter")
    cells = page.locator("#authority-table tbody td:nth-child(9)").all_inner_texts()
    years = [float(text) for text in cells if text != "–"]
    assert years == sorted(years)
    assert len(years) > 5
    assert cells[len(years) :] == ["–"] * (len(cells) - len(years))
    page.get_by_role("button", name="Authority").click()
    assert page.locator("#authority-table th[aria-sort=ascending]").inner_text().startswith("Authority")
    page.get_by_role("button", name="Authority").click()
    assert listed_names(page) == initial_names[::-1]


def test_table_filters(visit, site):
    page = visit(site, "")
    page.get_by_label("Region").select_option("London")
    assert page.locator(".match-count").inner_text() == f"{len(listed_names(page))} of 153 authorities"
    assert len(listed_names(page)) == 33
    page.get_by_label("Authority", exact=True).fill("bark")
    assert listed_names(page) == ["Barking and Dagenham"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("153 of 153 authorities").wait_for()
    assert len(listed_names(page)) == 153
    page.get_by_label("Any grade").select_option("inadequate")
    rows = page.locator("#authority-table tbody tr:visible")
    assert 0 < rows.count() < 153
    assert all("Inadequate" in text for text in rows.all_inner_texts())


def query_of(page):
    return parse_qsl(page.evaluate("location.search.slice(1)"))


def test_authorities_are_found_by_the_names_people_use(visit, site):
    page = visit(site, "?name=bucks")
    assert listed_names(page) == ["Buckinghamshire"]
    page.get_by_label("Authority", exact=True).fill("BCP")
    assert listed_names(page) == ["Bournemouth, Christchurch and Poole"]


def test_filters_and_sorting_are_kept_in_the_address(visit, site):
    page = visit(site, "")
    page.get_by_label("Region").select_option("London")
    page.get_by_role("button", name="Years since").click()
    page.get_by_label("Authority", exact=True).fill("bark")
    state = "?name=bark&region=London&sort=years"
    assert dict(query_of(page)) == dict(parse_qsl(state[1:]))
    page.go_back()
    assert len(listed_names(page)) == 33
    assert page.locator("th[aria-sort]").count() == 0
    page.go_back()
    assert len(listed_names(page)) == 153
    linked = visit(site, state)
    assert listed_names(linked) == ["Barking and Dagenham"]
    assert linked.get_by_label("Region").input_value() == "London"
    assert linked.locator("th[aria-sort=ascending]").inner_text().startswith("Years since")
    linked.get_by_role("button", name="Clear").click()
    linked.get_by_text("153 of 153 authorities").wait_for()
    linked.wait_for_function("location.search === '?sort=years'")


def test_address_with_unknown_values_filters_nothing(visit, site):
    page = visit(site, "?region=Atlantis&sort=-nothing&other=kept")
    page.get_by_text("153 of 153 authorities").wait_for()
    page.get_by_label("Any grade").select_option("good")
    assert query_of(page) == [("other", "kept"), ("grade", "good")]


def test_one_link_shows_who_improved_in_an_area(visit, site, database):
    area, change, count = database.execute(
        "SELECT area, change, count(*) FROM judgement_changes"
        " WHERE is_current AND change IN ('improved', 'declined') GROUP BY ALL ORDER BY ALL LIMIT 1"
    ).fetchone()
    page = visit(site, "changes/")
    page.locator(f"a[href='?area={area}&change={change}#changes']").click()
    page.wait_for_load_state()
    rows = page.locator("#change-table tbody tr:visible")
    assert rows.count() == count
    assert {row.get_attribute("data-change") for row in rows.all()} == {change}
    assert {row.get_attribute("data-area") for row in rows.all()} == {area}


def test_three_steps_to_what_neighbours_were_asked_about_a_theme(visit, site, database):
    expected = database.execute(
        "SELECT neighbour, text FROM neighbour_recommendations"
        " WHERE local_authority = 'Buckinghamshire' AND list_contains(themes, 'management_oversight')"
    ).fetchall()
    assert expected
    page = visit(site, "")
    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Authority", exact=True).fill("bucks")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Buckinghamshire and its statistical neighbours").wait_for()
    page.get_by_label("Theme").select_option("management_oversight")
    assert query_of(page) == [("neighbours-of", "80442"), ("theme", "management_oversight")]
    shown = page.locator("#recommendation-list li p:first-child").all_inner_texts()
    assert {text for _, text in expected} <= set(shown)
    assert {name for name, _ in expected} <= set(page.locator("#recommendation-list h3").all_inner_texts())
    page.go_back()
    page.wait_for_function("document.querySelector('select[name=theme]').value === ''")
    assert page.locator("#recommendation-list li").count() > len(shown)


def test_comparison_of_selected_authorities(visit, site, database):
    page = visit(site, "compare/?a=80573,80429,1&theme=nonsense")
    rows = page.locator("#judgement-table tbody tr")
    rows.first.wait_for()
    assert [text.split("\n")[0] for text in rows.locator("th").all_inner_texts()] == [
        "Trafford",
        "Birmingham",
        "England",
    ]
    grades = database.execute(
        "SELECT impact_of_leaders_grade, help_and_protection_grade FROM latest_judgements WHERE urn = 80573"
    ).fetchone()
    badges = rows.first.locator(".badge")
    assert [badges.nth(index).get_attribute("class").split()[1] for index in (0, 1)] == list(grades)
    page.get_by_role("button", name="Remove Trafford").click()
    page.wait_for_function("location.search.startsWith('?a=80429')")
    page.get_by_label("Authority", exact=True).fill("northants")
    page.get_by_role("button", name="Add to the selection").click()
    page.get_by_text("Which one?").wait_for()
    assert page.locator("#selection-status a").count() == 3
    page.get_by_label("Authority", exact=True).fill("nowhere")
    page.keyboard.press("Enter")
    page.get_by_text("No authority has this name").wait_for()


def test_comparison_shows_figures_and_years_since_for_today(visit, site, database):
    end, value, median = database.execute(
        "SELECT inspection_end_date, value, neighbours_median FROM latest_judgements"
        " JOIN indicator_comparison USING (urn)"
        " WHERE urn = 80442 AND indicator = 're_referrals' AND year = 2025"
    ).fetchone()
    page = visit(site, "compare/?neighbours-of=80442")
    page.locator("#multiples svg").first.wait_for()
    years = float(page.locator("#judgement-table tbody tr").first.locator("td").last.inner_text())
    today = date.fromisoformat(page.evaluate("new Date().toISOString().slice(0, 10)"))
    assert abs(years - (today - end).days / 365.25) < 0.1
    words = page.get_by_role("img", name=re.compile(r"^Re-referrals\.")).get_attribute("aria-label")
    assert f"Buckinghamshire {value:.1f} (2025)" in words
    assert f"Median of the neighbours {round(median, 1):g} (2025)" in words


def test_comparison_as_csv_and_xlsx(visit, hostile_site, tmp_path):
    page = visit(hostile_site, f"compare/?a={hostile_urn()}")
    assert "onerror=alert(2)" in page.locator("#judgement-table th a").inner_text()
    page.get_by_role("button", name="Recommendations (CSV)").wait_for()
    saved = {}
    for name in ("Everything (XLSX)", "Recommendations (CSV)"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        saved[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[name])
    with saved["Recommendations (CSV)"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert HOSTILE_TEXT in {row["authority"] for row in rows}
    workbook = openpyxl.load_workbook(saved["Everything (XLSX)"])
    assert workbook.sheetnames == ["Judgements", "Recommendations", "Figures"]
    sheet = workbook["Recommendations"]
    header, *written = sheet.iter_rows(values_only=True)
    assert [dict(zip(header, row, strict=True))["text"] for row in written] == [row["text"] for row in rows]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "inlineStr"}


def test_formulas_stay_text_in_the_browsers_files(visit, site):
    page = visit(site, "compare/")
    csv_text, xlsx_text = page.evaluate(
        """async () => {
          const { toCsv, toXlsx } = await import("../static/spreadsheet.js");
          const table = [["a"], ["=1+1"], ["@x"], ["-1"], [-1], ["\\u0000<\\ud800"]];
          return [await toCsv(table).text(), await toXlsx({ Sheet: table }).text()];
        }"""
    )
    assert csv_text.splitlines()[1:5] == ["'=1+1", "'@x", "'-1", "-1"]
    assert '<t xml:space="preserve">=1+1</t>' in xlsx_text
    assert "<f>" not in xlsx_text
    assert '<t xml:space="preserve">&lt;</t>' in xlsx_text


def test_map_shows_grades_as_colours_and_text(visit, site):
    page = visit(site, "")
    row = page.locator("#authority-table tr", has=page.get_by_role("link", name="Lancashire", exact=True))
    urn = row.locator("a").first.get_attribute("href").split("/")[1]
    shape = page.locator(f"svg.england a[data-urn='{urn}'] path").first
    shape.hover(force=True)
    assert page.locator("#map-caption").inner_text() == "Lancashire: outstanding (impact of leaders)"
    leaders_colour = shape.evaluate("path => getComputedStyle(path).fill")
    page.get_by_label("Help and protection").check()
    assert shape.evaluate("path => getComputedStyle(path).fill") != leaders_colour
    shape.dispatch_event("click")
    page.wait_for_url("**/authorities/*/")
    assert page.locator("h1").inner_text() == "Lancashire"


def test_map_hatches_inadequate(visit, site):
    page = visit(site, "")
    shape = page.locator("svg.england path.leadership-inadequate").first
    assert "#hatch" in shape.evaluate("path => getComputedStyle(path).fill")


def test_pages_work_without_scripts(visit, site):
    page = visit(site, "", java_script_enabled=False)
    assert len(listed_names(page)) == 153
    assert not page.locator("form.filters").is_visible()
    page.get_by_label("Children in care").check()
    assert page.locator("#map-in_care").is_checked()
    page = visit(site, "search/", java_script_enabled=False)
    assert page.get_by_text("The search requires JavaScript").is_visible()


def test_finding_has_a_permanent_link(visit, site, database):
    text, page_number, url = database.execute(
        "SELECT text, page, source_url FROM findings JOIN reports USING (report_id)"
        " WHERE report_id = '2755760' AND paragraph = 23"
    ).fetchone()
    target = visit(site, "reports/2755760/#p23").locator("li:target")
    assert target.locator(".paragraph-number").inner_text() == "23"
    assert target.locator("p").first.inner_text() == text
    assert target.locator("a.source").get_attribute("href") == f"{url}#page={page_number}"


def test_finding_is_copied_with_its_source(visit, site, database):
    text, page_number, url, name, title, published = database.execute(
        "SELECT text, page, source_url, name, publications.title, publications.published"
        " FROM findings JOIN reports USING (report_id) JOIN publications USING (report_id)"
        " JOIN authorities ON authorities.urn = publications.urn"
        " WHERE report_id = '2755760' AND paragraph = 23"
    ).fetchone()
    page = visit(site, "reports/2755760/", permissions=["clipboard-read", "clipboard-write"])
    item = page.locator("#p23")
    item.get_by_role("button").focus()
    page.keyboard.press("Enter")
    item.get_by_text("Copied", exact=True).wait_for()
    day = f"{published.day} {published:%B %Y}"
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"“{text}”\nOfsted, {name}: {title}, published {day}, paragraph 23, page {page_number}."
        f" {url}#page={page_number}"
    )


def test_judgements_and_contents_of_a_report_stay_in_view(visit, site):
    wide = visit(site, "reports/2755760/#p23")
    assert wide.locator(".overview-contents").is_visible()
    assert wide.locator(".overview").bounding_box()["y"] == 0
    narrow = visit(site, "reports/2755760/#p23", 390)
    assert not narrow.locator(".overview-contents").is_visible()
    bar = narrow.locator(".overview").bounding_box()
    assert bar["y"] == 0
    assert narrow.locator("#p23").bounding_box()["y"] >= bar["height"]
    narrow.get_by_text("Judgements and contents").click()
    narrow.locator(".overview-contents").get_by_role("link", name="Recommendations").click()
    assert narrow.url.endswith("#recommendations")
    assert not narrow.locator(".overview-contents").is_visible()


@proves(
    "Markup and scripts in names and findings",
    theme=Theme.HOSTILE,
    does="displays them as text on every page of the website; a browser runs and fetches none of it",
)
def test_hostile_markup_is_inert_in_a_browser(hostile_site, visit):
    page = visit(hostile_site, "search/?q=onerror")
    page.locator("#results li").first.wait_for()
    assert "onerror=alert(2)" in page.locator("#results li").first.inner_text()
    for path in ("", f"authorities/{hostile_urn()}/", f"reports/{HOSTILE_REPORT}/", "national/", "data/"):
        visit(hostile_site, path)


def test_each_row_of_a_report_has_a_link_that_reports_a_mistake(visit, public_site, database):
    page = visit(public_site, "reports/2755760/")
    text, page_number = database.execute(
        "SELECT text, page FROM findings WHERE report_id = '2755760' AND paragraph = 23"
    ).fetchone()
    body = parse_qs(urlsplit(page.locator("#p23 a.mistake").get_attribute("href")).query)["body"][0]
    lines = body.splitlines()
    assert lines[0] == "report: 2755760"
    assert lines[1].startswith("place: paragraph 23, page")
    assert str(page_number) in lines[1]
    assert lines[2] == f"value: {' '.join(text.split())[:100]}…"
    judgement = page.locator("tr[data-judgement] a.mistake").first.get_attribute("href")
    assert "value: " in parse_qs(urlsplit(judgement).query)["body"][0]
    rows = page.locator("[data-place], [data-judgement]")
    assert page.locator("a.mistake").count() == rows.count() > 20
    assert Axe().run(page).violations_count == 0
