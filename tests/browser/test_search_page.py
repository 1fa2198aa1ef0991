"""The search page: the same hits as in the database, filters, address, export, keyboard, bytes loaded."""

import csv
import json
import re
import subprocess
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT, require_program, wait_until

#: Queries with every kind of clause; the last three find nothing.
QUERIES = [
    "unaccompanied asylum",
    "foyer",
    "homes for Children's policies",
    '"drift and delay"',
    '"the children’s homes"',
    '"social workers" "social workers" visit',
    "homelessness -16",
    'neglect -"domestic abuse" plans',
    "MASH",
    "multi-agency safeguarding hub -police",
    "looked after children plans",
    "the of",
    "-neglect",
    "constructor __proto__",
]
#: Bytes of everything that the first search of a visitor loads.
MAX_FIRST_SEARCH = 300_000


@pytest.fixture(scope="module")
def run_engine(site):
    """A function that runs queries with the page's engine in Node."""
    node = require_program("node", "run the search engine of the website")
    program = [node, str(ROOT / "tests" / "support" / "search_node.mjs")]
    files = [str(site / "static" / "search_engine.js"), str(site / "search" / "index")]

    def run(*queries):
        result = subprocess.run([*program, *files, *queries], capture_output=True, text=True, check=True)
        return json.loads(result.stdout)

    return run


def hit_texts(page):
    return page.locator("#results li").all_inner_texts()


def open_search(visit, site, **fields):
    page = visit(site, f"search/?{'&'.join(f'{name}={quote(value)}' for name, value in fields.items())}")
    page.locator("#status").filter(has_text=re.compile("first|matches|common")).wait_for()
    return page


def hit_count(page):
    return int(re.sub(r"\D", "", page.locator("#status").inner_text().split(" paragraph")[0]))


def test_engine_agrees_with_the_database(run_engine, database):
    answers = run_engine(*QUERIES)
    for query, answer in zip(QUERIES, answers, strict=True):
        expected = database.execute(
            "SELECT document FROM (FROM search_scores($1, 'findings') UNION ALL"
            " FROM search_scores($1, 'recommendations')) ORDER BY score DESC, document DESC",
            [query],
        ).fetchall()
        assert answer["hits"] == [document for (document,) in expected], query
    assert [bool(answer["hits"]) for answer in answers] == [True] * (len(QUERIES) - 3) + [False] * 3


def test_engine_suggests_the_same_as_the_database(run_engine, database):
    for query in ("safegaurding", "homelesness", "chidlren", "qqqqqq"):
        (answer,) = run_engine(query)
        expected = database.execute("SELECT suggestion FROM search_suggestions($1)", [query]).fetchall()
        assert [(word,) for word in answer["suggestions"] if word] == expected


def test_authorities_and_years_become_filters(run_engine):
    named = {
        "plans bucks 2022": [("authority", ["80442"]), ("year", ["2022"])],
        "Bournemouth, Christchurch and Poole": [("authority", ["2532287"])],
        "Reading plans": [("authority", ["80540"])],
        "reading plans": [],
        'plans "bucks" -Norfolk': [],
    }
    for query, answer in zip(named, run_engine(*named), strict=True):
        assert [(found["attribute"], found["values"]) for found in answer["filters"]] == named[query], query


def test_first_search_loads_little(visit, site):
    page = visit(site, "")
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    query = quote('"children in care" social workers')
    page.goto(f"{page.url}search/?q={query}")
    page.locator("#results li").nth(9).wait_for()
    assert sum(sizes) < MAX_FIRST_SEARCH


def test_filters_narrow_the_hits_and_link_to_the_paragraph(visit, site):
    page = visit(site, "search/")
    page.get_by_label("Words").fill("homeless")
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#results li").first.wait_for()
    everything = hit_count(page)
    page.get_by_label("Grade of the area").select_option("good")
    wait_until(page, f"!document.getElementById('status').innerText.startsWith('{everything} ')")
    page.locator("#results li").first.wait_for()
    assert 0 < hit_count(page) < everything
    assert all("Good" in text for text in hit_texts(page))
    first = page.locator("#results li").first
    highlighted = first.locator("mark").first.inner_text()
    assert "homeless" in highlighted.lower()
    assert re.search(r"page \d+", first.inner_text())
    first.locator("a").first.click()
    page.wait_for_url(lambda url: "/reports/" in url)
    assert highlighted in page.locator("li:target").inner_text()


@pytest.mark.parametrize("attribute", ["authority", "region", "year", "family", "area", "theme", "kind"])
def test_filter_selects_the_same_texts_as_the_database(visit, site, database, attribute):
    page = visit(site, "search/")
    options = page.locator(f"select[name={attribute}] option").evaluate_all("all => all.map(o => o.value)")
    column = {
        "authority": "CAST(reports.urn AS VARCHAR)",
        "region": "authorities.region_name",
        "year": "CAST(year(reports.published) AS VARCHAR)",
        "family": "reports.family",
        "area": "texts.area",
        "kind": "texts.kind",
        "theme": "theme_matches.theme",
    }[attribute]
    counts = dict(
        database.execute(
            f"SELECT regexp_replace(lower({column}), '[^a-z0-9_]+', '-', 'g'), count(DISTINCT document)"
            " FROM searchable_texts() AS texts JOIN reports USING (report_id)"
            " JOIN authorities ON authorities.urn = reports.urn"
            " LEFT JOIN theme_matches ON theme_matches.source_table = texts.source_table"
            " AND theme_matches.report_id = texts.report_id AND theme_matches.ordinal = texts.ordinal"
            f" WHERE {column} IS NOT NULL GROUP BY ALL"
        ).fetchall()
    )
    assert set(counts) <= set(options)
    value, expected = max(counts.items(), key=lambda item: (item[1], item[0]))
    assert hit_count(open_search(visit, site, **{attribute: value})) == expected


def test_neighbours_of_an_authority(visit, site, database):
    (urn, expected) = database.execute(
        "SELECT CAST(neighbours.urn AS VARCHAR), count(*) FROM statistical_neighbours AS neighbours"
        " JOIN reports ON reports.urn = neighbours.neighbour_urn"
        " JOIN search_documents AS documents ON documents.report_id = reports.report_id"
        " GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 1"
    ).fetchone()
    assert hit_count(open_search(visit, site, neighbours=urn)) == expected


def test_recognised_filter_can_be_undone(visit, site):
    page = open_search(visit, site, q="neglect 2022")
    assert page.locator("#recognised").inner_text().startswith("Year: 2022")
    links = page.locator("#results li p:first-child a").all_inner_texts()
    assert links
    assert all(text.endswith(" 2022") for text in links)
    page.get_by_role("button", name="Search for “2022” as a word").click()
    wait_until(page, "document.getElementById('recognised').children.length === 0")
    assert dict(parse_qsl(page.evaluate("location.search.slice(1)")))["q"] == 'neglect "2022"'


def test_excerpt_of_a_hit_has_all_words(visit, site):
    excerpt = visit(site, "search/?q=relatively+confident").locator("#results p:nth-child(2)").first
    assert excerpt.locator("mark").all_inner_texts() == ["relatively", "confident"]
    assert " … " in excerpt.inner_text(), "the words are in sentences that are apart"


def test_filters_leave_room_for_the_hits_on_a_small_screen(visit, site):
    page = visit(site, "search/?q=neglect", 390)
    region = page.get_by_label("Region")
    assert not region.is_visible()
    assert page.locator("#results li").first.bounding_box()["y"] < 900
    page.get_by_text("Filters and order").focus()
    page.keyboard.press("Enter")
    region.select_option("London")
    wait_until(page, "location.search.includes('region=london')")
    assert region.is_visible()
    assert visit(site, "search/?q=neglect&region=london", 390).get_by_label("Region").is_visible()
    assert visit(site, "search/?q=neglect").get_by_label("Region").is_visible()


def test_order_by_date(visit, site):
    page = open_search(visit, site, q="neglect", sort="date")
    words = page.locator("#results li p:first-child a").all_inner_texts()
    dates = [datetime.strptime(text.rsplit(", ", 1)[1], "%d %B %Y").date() for text in words]
    assert len(dates) == 10
    assert dates == sorted(dates, reverse=True)


def test_back_button_returns_to_the_previous_search(visit, site):
    page = open_search(visit, site, q="neglect")
    before = hit_texts(page)
    page.get_by_label("Words").fill("foyer")
    page.keyboard.press("Enter")
    wait_until(page, "location.search === '?q=foyer'")
    page.go_back()
    wait_until(page, "document.querySelector('[name=q]').value === 'neglect'")
    page.locator("#results li").nth(9).wait_for()
    assert hit_texts(page) == before


def test_more_hits_by_keyboard(visit, site):
    page = open_search(visit, site, q="children")
    page.get_by_role("button", name="Show more").focus()
    page.keyboard.press("Enter")
    page.locator("#results li").nth(19).wait_for()
    wait_until(page, "document.activeElement.closest('li')")
    assert (
        page.evaluate(
            "[...document.activeElement.closest('ol').children].indexOf(document.activeElement.closest('li'))"
        )
        == 10
    )


def test_double_click_on_more_hits_adds_them_once(visit, site):
    page = open_search(visit, site, q="children")
    # In one task of the page: the hits of the first click cannot arrive before the second click.
    page.get_by_role("button", name="Show more").evaluate("button => { button.click(); button.click(); }")
    wait_until(page, "document.activeElement.closest('li')")
    page.wait_for_load_state("networkidle")
    texts = hit_texts(page)
    assert (len(texts), len(set(texts))) == (20, 20)


def test_all_hits_are_saved_as_csv(visit, site, database, tmp_path):
    page = open_search(visit, site, q='"drift and delay"')
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all hits as CSV").click()
    path = tmp_path / "hits.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        saved = list(csv.DictReader(file))
    expected = database.execute(
        "SELECT text FROM (SELECT score, text FROM finding_search($1)"
        " UNION ALL SELECT score, text FROM recommendation_search($1))",
        ['"drift and delay"'],
    ).fetchall()
    assert sorted(row["text"] for row in saved) == sorted(text for (text,) in expected)
    assert len(saved) == hit_count(page)
    assert all(re.search(r"/reports/\w+/#[pfr]\d+$", row["link"]) for row in saved)


def test_formulas_are_not_saved_as_formulas(visit, hostile_site, tmp_path):
    page = open_search(visit, hostile_site, q="onerror")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all hits as CSV").click()
    path = tmp_path / "hits.csv"
    download.value.save_as(path)
    assert "onerror=alert(2)" in path.read_text(encoding="utf-8-sig")
    guarded = page.evaluate(
        "async () => { const { csvCell } = await import('../static/csv.js');"
        " return ['=1+1', '@x', '-2', '+3', 'a,b', 'plain', 7].map(csvCell); }"
    )
    assert guarded == ["'=1+1", "'@x", "'-2", "'+3", '"a,b"', "plain", "7"]


def test_hits_link_to_the_page_of_the_pdf_if_its_address_is_known(visit, site, database):
    (placeholder,) = database.execute("SELECT min(report_id) FROM placeholder_report_ids").fetchone()
    page = open_search(visit, site, q="children", year="2022")
    links = page.locator("#results a", has_text="of the PDF")
    assert links.count()
    known = database.execute(
        "SELECT source_url FROM reports ANTI JOIN placeholder_report_ids USING (report_id)"
    )
    urls = {url for (url,) in known.fetchall()}
    assert {link.get_attribute("href").split("#page=")[0] for link in links.all()} <= urls
    words, urn = database.execute(
        "SELECT text, urn FROM findings WHERE report_id = ? ORDER BY ordinal LIMIT 1", [placeholder]
    ).fetchone()
    page = open_search(visit, site, q=f'"{words}"', authority=str(urn))
    assert page.locator(f"#results a[href*='reports/{placeholder}/']").count() == 1
    assert page.locator("#results a", has_text="of the PDF").count() == 0


def test_misspelt_word_has_a_suggestion(visit, site):
    page = open_search(visit, site, q="safegaurding plans", family="inspection")
    assert "No paragraph matches." in page.locator("#status").inner_text()
    page.get_by_role("link", name="safeguarding plans").click()
    page.locator("#results li").first.wait_for()
    assert dict(parse_qsl(page.evaluate("location.search.slice(1)"))) == {
        "q": "safeguarding plans",
        "family": "inspection",
    }


def test_query_of_stop_words(visit, site):
    page = open_search(visit, site, q="the of")
    assert page.locator("#status").inner_text() == "These words are too common to search for."


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_page_with_recognised_filters_is_accessible(visit, site, width, scheme):
    page = visit(site, "search/?q=neglect%202022%20safegaurding", width, color_scheme=scheme)
    page.locator("#suggestions a").wait_for()
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_index_has_few_files(site):
    """Most files hold many words or texts, so that their number stays far below that of the texts."""
    index = Path(site) / "search" / "index"
    about = len((index / "about.idx").read_bytes())
    assert about < 10_000
    assert sum(1 for _ in index.rglob("*.idx")) < 1000
