"""The SQL box in a browser: results, shared links, columns that are read, CSV, no other hosts."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from assets.database.sql_checks import load_examples
from orchestration.commands.serve import create_server
from orchestration.local_site.server import running
from tests.support.fault_table import Theme, proves

PAGE = "data/sql/"


@pytest.fixture(scope="module")
def foreign_host():
    """The address of a server on another port, and the list of the requests that it receives."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PUT = do_POST = do_GET  # noqa: N815 (names of the base class)

        def log_message(self, *_):
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, requests


@pytest.fixture(scope="module")
def served(site_with_sql_box):
    """The address of the website as ``inspections serve`` serves it: with range requests."""
    with running(create_server(site_with_sql_box, 0)) as url:
        yield f"{url}/"


def run(page, query):
    """Run a query in the SQL box; return the status when it has ended."""
    page.get_by_label("SQL query").fill(query)
    page.get_by_role("button", name="Run", exact=True).click()
    return ended(page)


def ended(page):
    status = page.locator("#status").filter(has_text=re.compile(r"^(?!Running|Downloading)."))
    status.wait_for()
    return status.inner_text()


def cells(page):
    return page.locator("#result tbody td").all_inner_texts()


def query_cells(page, query):
    """Run a query in the SQL box; return the texts of the cells of its result."""
    assert re.fullmatch(r"\d+ rows?\.", run(page, query)), query
    return cells(page)


def test_sql_box_queries_the_published_parquet(visit, site_with_sql_box, database):
    page = visit(site_with_sql_box, PAGE)
    page.get_by_role("button", name="Run this query").first.click()
    page.get_by_text(re.compile(r"^\d+ rows?\.$")).wait_for()
    assert page.locator("#result tbody tr").count() > 0
    query = (
        "SELECT count(*), count(impact_of_leaders_grade), max(inspection_start_date) FROM latest_judgements"
    )
    assert query_cells(page, query) == [str(value) for value in database.execute(query).fetchone()]
    query = "SELECT local_authority, in_care_grade FROM judgements_as_at('2024-03-31') ORDER BY 1 LIMIT 3"
    expected = [value or "" for row in database.execute(query).fetchall() for value in row]
    assert query_cells(page, query) == expected
    page.get_by_label("SQL query").fill("SELECT nonsense")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Binder Error").wait_for()
    assert not page.locator("#result").is_visible()


def test_sql_box_is_accessible(visit, site_with_sql_box):
    page = visit(site_with_sql_box, PAGE, 360)
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("serves_ranges", [True, False])
def test_examples_have_the_results_of_the_database(
    visit, chromium, site_with_sql_box, served, database, serves_ranges
):
    """Each cell is equal, although only the columns that a query reads are loaded."""
    if serves_ranges:
        page = chromium.new_page()
        page.goto(served + PAGE)
    else:
        page = visit(site_with_sql_box, PAGE)
    for example in load_examples():
        query = example.query.rstrip().rstrip(";")
        rows = "string_agg(CAST(t AS VARCHAR), chr(10) ORDER BY CAST(t AS VARCHAR))"
        digest = f"SELECT count(*), md5({rows}) FROM ({query}) AS t"
        assert query_cells(page, digest) == [
            str(value or "") for value in database.execute(digest).fetchone()
        ], query


def test_only_the_columns_of_a_query_are_read(chromium, served, site_with_sql_box):
    page = chromium.new_page()
    sizes = []
    page.on(
        "response",
        lambda response: (
            sizes.append(int(response.headers["content-length"]))
            if "findings.parquet" in response.url
            else None
        ),
    )
    page.goto(served + PAGE)
    assert len(query_cells(page, "SELECT count(*) FROM findings WHERE page > 3")) == 1
    size = (site_with_sql_box / "downloads" / "parquet" / "findings.parquet").stat().st_size
    assert 0 < sum(sizes) < size / 10
    query_cells(page, "SELECT max(page) FROM findings")
    before = sum(sizes)
    query_cells(page, "SELECT min(page) FROM findings WHERE page > 1")
    assert sum(sizes) == before
    query_cells(page, "SELECT max(length(text)) FROM findings")
    assert before < sum(sizes) < size


@proves(
    "A query in the SQL box that names another host",
    theme=Theme.HOSTILE,
    does="fails: DuckDB's access to files is off and locked, and the page's policy binds its worker;"
    " no request is sent",
)
def test_queries_reach_no_other_host(visit, site_with_sql_box, foreign_host):
    host, requests = foreign_host
    page = visit(site_with_sql_box, PAGE)
    for query in (
        f"SELECT * FROM '{host}/x.parquet'",
        f"SELECT * FROM read_csv('{host}/x.csv')",
        f"SELECT * FROM read_text('{host}/x.txt')",
        f"ATTACH '{host}/x.duckdb'",
        f"COPY (SELECT 1) TO '{host}/x.csv'",
        f"INSTALL x FROM '{host}'; LOAD x",
        f"SET custom_extension_repository = '{host}'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
    ):
        assert "Error" in run(page, query), query
    assert requests == []


def test_the_policy_of_the_page_binds_the_worker(chromium, served, foreign_host):
    host, requests = foreign_host
    page = chromium.new_page()
    page.goto(served + PAGE)
    run(page, "SELECT 1")
    (worker,) = page.workers
    for code in (
        f"fetch('{host}/x').then(() => 'sent', () => 'blocked')",
        f"try {{ importScripts('{host}/x.js'); 'sent' }} catch {{ 'blocked' }}",
        (
            f"try {{ const request = new XMLHttpRequest(); request.open('GET', '{host}/x', false);"
            " request.send(); 'sent' } catch { 'blocked' }"
        ),
    ):
        assert worker.evaluate(code) == "blocked", code
    assert worker.evaluate("fetch(location.origin + '/index.html').then(response => response.status)") == 200
    assert requests == []


def test_no_statement_has_an_effect_on_the_next_query(visit, site_with_sql_box, database):
    query = "SELECT count(*), count(grade) FROM judgements"
    expected = [str(value) for value in database.execute(query).fetchone()]
    page = visit(site_with_sql_box, PAGE)
    assert query_cells(page, query) == expected
    for statement in (
        "DROP TABLE judgements CASCADE",
        "DELETE FROM judgements; SELECT 1",
        "COMMIT; DROP TABLE judgements; BEGIN",
        "ROLLBACK; DELETE FROM judgements; BEGIN; SELECT error('failed')",
        "CREATE SCHEMA other; USE other",
        "COMMIT",
    ):
        run(page, statement)
        assert query_cells(page, query) == expected, statement


def test_query_is_shared_by_the_address(visit, site_with_sql_box):
    page = visit(site_with_sql_box, PAGE)
    first = "SELECT 'one & two' AS \"a+b\", '<img src=x onerror=alert(1)>#%'"
    assert query_cells(page, first) == ["one & two", "<img src=x onerror=alert(1)>#%"]
    shared = page.url
    assert query_cells(page, "SELECT 3") == ["3"]
    page.go_back()
    page.get_by_role("cell", name="one & two").wait_for()
    assert page.get_by_label("SQL query").input_value() == first
    page.go_forward()
    page.get_by_role("cell", name="3", exact=True).wait_for()
    opened = visit(site_with_sql_box, PAGE + shared[shared.index("#") :])
    assert opened.get_by_label("SQL query").input_value() == first
    assert opened.locator("#status").inner_text() == ""
    opened.get_by_role("button", name="Run", exact=True).click()
    opened.get_by_role("cell", name="one & two").wait_for()
    written = visit(site_with_sql_box, f"{PAGE}#q={quote('SELECT 4')}")
    assert written.get_by_label("SQL query").input_value() == "SELECT 4"


def test_result_is_saved_as_csv_for_spreadsheets(visit, site_with_sql_box):
    page = visit(site_with_sql_box, PAGE)
    run(page, "SELECT '=1+1' AS formula, -1 AS number, 'a \"b\", ü' AS text, NULL AS nothing, ['=x'] AS list")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the result as CSV").click()
    content = download.value.path().read_bytes()
    assert content.decode("utf-8") == (
        '\ufeffformula,number,text,nothing,list\r\n\'=1+1,-1,"a ""b"", ü",,"[""=x""]"\r\n'
    )
