"""The website in a browser: accessibility, small screens, keyboard, tables, map, search and SQL box."""

import csv
import re
from datetime import date
from itertools import pairwise
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.etree import ElementTree

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from orchestration.commands.serve import create_server
from orchestration.local_site.server import running
from tests.browser.conftest import stop_timers, wait_until
from tests.support.browser import TIMEOUT
from tests.support.fault_table import Theme, proves
from tests.support.website_fixtures import HOSTILE_REPORT, HOSTILE_TEXT, hostile_urn

#: A page of each kind.
PAGES = {
    "home": "",
    "authority": "authorities/80442/",
    "authority without grades": "authorities/80523/",
    "former authority": "authorities/80427/",
    "report": "reports/2755760/",
    "report without a file": "reports/50004190/",
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


def listed_names(page):
    return page.locator("#authority-table tbody tr:visible th a").all_inner_texts()


#: Without the types, axe also describes every element that satisfies a rule, which takes most of its time.
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages_are_accessible_and_fit_the_screen(visit, site, path):
    page = visit(site, path)
    for width, scheme in ((1440, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page, options=AXE_OPTIONS)
        assert result.violations_count == 0, f"{width} {scheme}: {result.generate_report()}"


#: The words of the headings of columns that do not fit into one line.
BROKEN_WORDS = r"""[...document.querySelectorAll("thead th")].flatMap((heading) => {
  const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/[^\s-]+/g)) {
      const range = new Range();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  return broken;
})"""


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_words_of_column_headings_are_not_broken(visit, site, path):
    page = visit(site, path)
    for width in (1440, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN_WORDS) == [], width


def test_no_style_depends_on_both_width_and_colour_scheme(site):
    """So the test above sees every style of a page, although it does not combine each width and scheme."""
    styles = "".join(path.read_text(encoding="utf-8") for path in site.glob("static/*.css"))
    queries = re.findall(r"@media([^{]*)\{", styles)
    assert any("width" in query for query in queries)
    assert any("prefers-color-scheme" in query for query in queries)
    assert not [query for query in queries if "width" in query and "prefers-color-scheme" in query]


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
    wait_until(linked, "location.search === '?sort=years'")


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
    page.wait_for_url(lambda url: "area=" in url)
    rows = page.locator("#change-table tbody tr:visible")
    assert rows.count() == count
    assert {row.get_attribute("data-change") for row in rows.all()} == {change}
    assert {row.get_attribute("data-area") for row in rows.all()} == {area}


def test_changes_are_cards_on_small_screens(visit, site):
    """A grade outside the screen is not seen; headings stay, because they sort the table."""
    page = visit(site, "changes/?change=declined", 360)
    row = page.locator("#change-table tbody tr:visible").first
    for badge in row.locator(".badge").all():
        box = badge.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert row.locator(".badge").count() == 2
    page.get_by_role("button", name="Before").focus()
    page.keyboard.press("Enter")
    assert page.locator("#change-table th[aria-sort=ascending]").inner_text() == "Before"
    assert page.locator("#change-table tbody tr[hidden]").first.is_hidden()


def test_labels_of_cards_do_not_overlap(visit, site):
    page = visit(site, "authorities/80442/", 360)
    overlapping = page.locator("#figures ~ .scroll tbody tr").evaluate_all(
        """rows => rows.flatMap((row) => [...row.cells]).filter((cell) => {
          const style = getComputedStyle(cell, "::before");
          return style.content !== "none" && cell.getBoundingClientRect().height < parseFloat(style.height);
        }).length"""
    )
    assert overlapping == 0
    assert page.locator("#figures ~ .scroll td", has_text="Not published").first.is_visible()


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
    wait_until(page, "document.querySelector('select[name=theme]').value === ''")
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
    wait_until(page, "location.search.startsWith('?a=80429')")
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


def test_comparison_of_counts_has_no_line_far_above_the_others(visit, site):
    page = visit(site, "compare/?neighbours-of=80442")
    rates, counts = (
        page.get_by_role("img", name=re.compile(f"^{name}\\.")).locator("g title").all_text_contents()
        for name in ("Re-referrals", "Population aged 0 to 17")
    )
    assert {"South East", "England", "Buckinghamshire"} <= set(rates)
    assert set(rates) - set(counts) == {"South East", "England"}


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


def test_figure_of_a_comparison_is_saved_as_picture_and_numbers(visit, site, database):
    page = visit(site, "compare/?neighbours-of=80442")
    figure = page.locator("#multiples figure", has_text="Re-referrals")
    saved = {}
    for words in ("Picture (SVG)", "Picture (PNG)", "Numbers (CSV)"):
        with page.expect_download() as download:
            figure.get_by_role("button", name=words).click()
        saved[words] = download.value.path()
    root = ElementTree.parse(saved["Picture (SVG)"]).getroot()
    texts = [" ".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    shown = " ".join(texts)
    assert "Re-referrals: Buckinghamshire and its statistical neighbours" in shown
    assert "Source: Department for Education" in shown
    assert {"Buckinghamshire", "Median of the neighbours", "South East", "England", "2025"} <= set(texts)
    assert "n = 11 authorities" in shown
    assert "var(" not in saved["Picture (SVG)"].read_text(encoding="utf-8")
    with Image.open(saved["Picture (PNG)"]) as picture:
        assert picture.width > 1300
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 20
    with saved["Numbers (CSV)"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = database.execute(
        "SELECT CAST(year AS VARCHAR), value FROM authority_indicators"
        " WHERE urn = 80442 AND indicator = 're_referrals' AND value IS NOT NULL ORDER BY year"
    ).fetchall()
    own = [(row["year"], float(row["value"])) for row in rows if row["name"] == "Buckinghamshire"]
    assert own == expected
    assert {row["indicator"] for row in rows} == {"re_referrals"}


def test_comparison_starts_with_a_list_of_authorities(visit, site):
    page = visit(site, "compare/")
    page.get_by_role("link", name="Buckinghamshire").click()
    page.get_by_role("heading", name="Buckinghamshire and its statistical neighbours").wait_for()
    assert page.locator("#all").is_hidden()
    page = visit(site, "compare/", java_script_enabled=False)
    page.get_by_role("link", name="Buckinghamshire").click()
    page.wait_for_url("**/authorities/80442/#neighbours")
    assert page.get_by_role("heading", name="Statistical neighbours").is_visible()


def test_formulas_stay_text_in_the_browsers_files(visit, site):
    page = visit(site, "compare/")
    cells, xlsx_text = page.evaluate(
        """async () => {
          const { csvCell } = await import("../static/csv.js");
          const { toXlsx } = await import("../static/xlsx.js");
          const table = [["a"], ["=1+1"], ["@x"], ["-1"], [-1], ["\\u0000<\\ud800"]];
          return [table.flat().map(csvCell), await toXlsx({ Sheet: table }).text()];
        }"""
    )
    assert cells[1:5] == ["'=1+1", "'@x", "'-1", "-1"]
    assert '<t xml:space="preserve">=1+1</t>' in xlsx_text
    assert "<f>" not in xlsx_text
    assert '<t xml:space="preserve">&lt;</t>' in xlsx_text


def map_link(page, name):
    """Return the outline of an authority on the map."""
    row = page.locator("#authority-table tr", has=page.get_by_role("link", name=name, exact=True))
    address = row.locator("a").first.get_attribute("href")
    return page.locator(f"svg.england a[href='{address}']").last


def test_map_shows_grades_as_colours_and_text(visit, site):
    page = visit(site, "")
    shape = map_link(page, "Lancashire").locator("path")
    shape.hover(force=True)
    assert page.locator("#map-tooltip").inner_text() == "Lancashire: outstanding (impact of leaders)"
    leaders_colour = shape.evaluate("path => getComputedStyle(path).fill")
    page.get_by_label("Help and protection").check()
    assert shape.evaluate("path => getComputedStyle(path).fill") != leaders_colour
    shape.dispatch_event("click")
    page.wait_for_url("**/authorities/*/")
    assert page.locator("h1").inner_text() == "Lancashire"


def test_map_works_by_keyboard(visit, site):
    page = visit(site, "")
    page.locator("#map-leadership").focus()
    page.keyboard.press("Tab")
    tooltip = page.locator("#map-tooltip")
    visited = [tooltip.inner_text()]
    for key in ("ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        visited.append(tooltip.inner_text())
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == visited[-1]
    assert len(set(visited)) == len(visited)
    page.keyboard.press("Escape")
    assert tooltip.is_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/authorities/*/")
    assert page.locator("h1").inner_text() == visited[-1].split(":")[0]


def test_map_works_by_touch(visit, site):
    page = visit(site, "", 390, has_touch=True)
    link = map_link(page, "Lancashire")
    link.scroll_into_view_if_needed()
    box = link.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    words = page.locator("#map-tooltip a")
    assert words.inner_text() == "Lancashire: outstanding (impact of leaders)"
    words.tap()
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
    stop_timers(page)
    item = page.locator("#p23")
    item.get_by_role("button").focus()
    page.keyboard.press("Enter")
    item.get_by_text("Copied", exact=True).wait_for()
    day = f"{published.day} {published:%B %Y}"
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"“{text}”\nOfsted, {name}: {title}, published {day}, paragraph 23, page {page_number}."
        f" {url}#page={page_number}"
    )


def test_printed_page_of_a_finding_is_shown_if_the_server_draws_it(
    chromium, visit, site, sample_release, database
):
    ordinal, first, last = database.execute(
        "SELECT ordinal, page, page_end FROM findings"
        " WHERE report_id = '50177454' AND page_end > page ORDER BY ordinal LIMIT 1"
    ).fetchone()
    item = f"[data-table=findings] [data-ordinal='{ordinal}']"
    static = visit(site, "reports/50177454/").locator(item)
    assert static.get_by_role("button", name="Show the printed page").count() == 0
    with running(create_server(site, 0, sample_release)) as url:
        context = chromium.new_context()
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        page.goto(f"{url}/reports/50177454/")
        button = page.locator(item).get_by_role("button", name="Show the printed page")
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        for number in (first, last):
            image = page.locator(item).get_by_alt_text(f"Page {number} of the report")
            image.scroll_into_view_if_needed()
            wait_until(page, "image => image.complete", image.element_handle())
            assert image.evaluate("image => image.naturalWidth") > 500
        page.keyboard.press("Enter")
        assert page.locator(item).locator("img").count() == 0
        context.close()


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


def test_timeline_shows_the_latest_grades_first_on_a_small_screen(visit, site):
    page = visit(site, "authorities/80442/", 390)
    scroller = page.locator(".latest-first").bounding_box()
    labels, plot = (page.locator(f".timeline {part}").bounding_box() for part in (".row-labels", ".plot"))
    right = scroller["x"] + scroller["width"]
    assert plot["x"] + plot["width"] == pytest.approx(right, abs=1)
    assert plot["x"] < scroller["x"]
    assert labels["x"] == pytest.approx(scroller["x"], abs=1)


def test_tables_are_cards_on_a_small_screen(visit, site):
    page = visit(site, "authorities/80442/", 390)
    for part in ("neighbours", "reports"):
        row = page.get_by_role("table", name=page.locator(f"#{part}").inner_text()).get_by_role("row").nth(1)
        heading = row.get_by_role("rowheader").bounding_box()
        for cell in row.get_by_role("cell").filter(visible=True).all():
            box = cell.bounding_box()
            assert box["y"] >= heading["y"] + heading["height"] - 1
            assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize(
    ("path", "parts"), [("", ["numbers"]), ("data/", ["files", "tables", "coverage", "issues"])]
)
def test_tables_do_not_scroll_sideways_on_a_small_screen(visit, site, path, parts):
    page = visit(site, path, 360)
    for part in parts:
        scroller = page.locator(f".scroll[aria-labelledby={part}]")
        assert scroller.evaluate("node => node.scrollWidth <= node.clientWidth"), part


def test_counts_of_the_home_page_are_labelled_on_a_small_screen(visit, site):
    row = visit(site, "", 360).get_by_role("table", name="Number of authorities").get_by_role("row").nth(1)
    cells = row.get_by_role("cell").all()
    labels = [cell.evaluate("node => getComputedStyle(node, '::before').content") for cell in cells]
    assert labels == ['"Outstanding"', '"Good"', '"Requires improvement"', '"Inadequate"', '"No grade"']
    assert sum(int(cell.inner_text()) for cell in cells) == 153


def label_of(cell):
    return cell.evaluate("node => getComputedStyle(node, '::before').content")


def test_rows_of_a_comparison_are_cards_on_a_small_screen(visit, site):
    page = visit(site, "compare/?neighbours-of=80442", 390)
    row = page.locator("#judgement-table tbody tr", has_text="Buckinghamshire")
    row.wait_for()
    assert row.get_by_role("rowheader").inner_text() == "Buckinghamshire"
    assert page.locator(".scroll", has=page.locator("#judgement-table")).evaluate(
        "node => node.scrollWidth <= node.clientWidth"
    )
    assert label_of(row.get_by_role("cell").first) == '"Impact of leaders"'


@pytest.mark.parametrize("scripts", [True, False])
def test_rows_of_the_home_page_are_one_line_on_a_small_screen(visit, site, database, scripts):
    """A row has the name, the headline grade and the date; 153 cards would be sixty screens high."""
    page = visit(site, "", 360, java_script_enabled=scripts)
    rows = page.locator("#authority-table tbody tr")
    assert page.locator("#authority-table").bounding_box()["height"] < 50 * 153
    query = "SELECT impact_of_leaders_grade, overall_effectiveness_grade FROM latest_judgements WHERE urn = ?"
    for urn in (80460, 80480):  # with and without an overall grade
        leaders, overall = database.execute(query, [urn]).fetchone()
        row = rows.filter(has=page.locator(f"a[href='authorities/{urn}/']"))
        grade, day = row.locator("td:visible").all()
        assert (overall or leaders) in grade.locator(".badge").get_attribute("class")
        assert re.fullmatch(r"\d+\s\w{3}\s20\d\d", day.inner_text())
        boxes = [cell.bounding_box() for cell in (row.locator("th"), grade, day)]
        assert all(left["x"] + left["width"] <= right["x"] for left, right in pairwise(boxes))
        assert max(box["y"] for box in boxes) < min(box["y"] + box["height"] for box in boxes)


def test_home_page_on_a_small_screen_shows_what_it_is_sorted_and_filtered_by(visit, site):
    page = visit(site, "?grade=inadequate", 390)
    visible_cells = page.locator("#authority-table tbody tr:visible td:not(.brief):visible")
    assert visible_cells.count() > 0
    assert set(visible_cells.all_inner_texts()) == {"Inadequate"}
    page.get_by_role("button", name="Clear").click()
    assert visible_cells.count() == 0
    page.get_by_role("button", name="Region and type").click()
    assert visible_cells.count() == 153
    assert label_of(visible_cells.first) == '"Region and type"'
    assert visible_cells.first.get_attribute("aria-colindex") == "10"


def test_texts_and_figures_of_a_comparison_are_copied_with_their_source(visit, site):
    page = visit(site, "compare/?neighbours-of=80442", permissions=["clipboard-read", "clipboard-write"])
    stop_timers(page)
    item = page.locator("#recommendation-list li", has=page.locator("a.source")).first
    item.get_by_role("button", name="Copy with source").click()
    item.get_by_text("Copied", exact=True).wait_for()
    text, source = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert text == f"“{item.locator('p').first.inner_text()}”"
    address = item.locator("a.source").get_attribute("href")
    assert re.fullmatch(
        rf"Ofsted, .+: .+, published \d+ \w+ \d+, recommendation \d+, page \d+\. {re.escape(address)}", source
    )
    details = page.locator("#multiples details", has_text="Table and source").first
    details.locator("summary").click()
    details.get_by_role("button", name="Copy").click()
    details.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == details.locator(".copyable").inner_text()


def test_years_since_are_counted_up_to_the_day_of_reading(chromium, address_of, site, database):
    last_day, name = database.execute(
        "SELECT inspection_end_date, local_authority FROM latest_judgements WHERE urn = 80442"
    ).fetchone()
    for javascript, today, years in (
        (True, "2035-01-31", None),
        (True, "2000-01-01", "old"),
        (False, "", "old"),
    ):
        context = chromium.new_context(java_script_enabled=javascript)
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        if today:
            page.clock.set_fixed_time(f"{today}T09:00:00Z")
        page.goto(address_of(site) + "authorities/80442/")
        shown = page.locator("[data-years-since]").inner_text()
        day = page.locator("time.as-at").get_attribute("datetime")
        if years == "old":
            assert day not in {today, ""}
        else:
            assert day == today
            elapsed = (date.fromisoformat(today) - last_day).days / 365.25
            assert float(shown) == pytest.approx(elapsed, abs=0.06), name
        context.close()


@pytest.mark.parametrize(
    ("path", "name"), [("national/", "leadership-by-year"), ("authorities/80442/", "timeline-80442")]
)
def test_figure_is_saved_as_png(visit, site, path, name):
    page = visit(site, path, accept_downloads=True)
    actions = page.locator(f".figure-actions[data-name='{name}']")
    with page.expect_download() as download:
        actions.get_by_role("button", name="Picture (PNG)").click()
    assert download.value.suggested_filename == f"{name}.png"
    with Image.open(download.value.path()) as picture:
        assert picture.format == "PNG"
        assert picture.width > 1400
        colours = {colour for _, colour in picture.convert("RGB").getcolors(picture.width * picture.height)}
    assert (255, 255, 255) in colours
    assert (0x8C, 0xC3, 0xE4) in colours  # the grade "good" in light mode


def test_timeline_is_saved_as_svg(visit, site):
    page = visit(site, "authorities/80442/", accept_downloads=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (SVG)").click()
    assert download.value.suggested_filename == "timeline-80442.svg"
    root = ElementTree.parse(download.value.path()).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{svg}style").text.strip()
    assert any("Source: Ofsted" in text.text for text in root.findall(f"{svg}text"))


def test_embed_code_has_the_address_of_the_website(visit, site, address_of):
    page = visit(site, "national/", permissions=["clipboard-read", "clipboard-write"])
    stop_timers(page)
    details = page.locator("details", has_text="Cite or embed").first
    details.locator("summary").click()
    assert f'src="{address_of(site)}national/figures/leadership-by-year.svg"' in details.inner_text()
    details.get_by_role("button", name="Copy").first.click()
    details.get_by_text("Copied").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{address_of(site)}national/#leadership")


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
