"""The local site of the product, with the faults that tests add: pages, files, errors, signals."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from orchestration import local_site
from orchestration.report_folder import ReportFolderError
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import edited, held, reset, slow, status, truncated

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    rows = [
        *(
            folders.row(80400, f"500000{year}", published=f"20{year}-03-09", inspected="")
            for year in range(12, 20)
        ),
        folders.row(80500, "60000001", name="City of <Bradford> & Sons"),
        folders.row(80500, "60000002", name="City of <Bradford> & Sons", path=""),
    ]
    return folders.write(tmp_path / "site", rows)


@pytest.fixture
def fake_site(folder):
    with serve(folder) as running_site:
        yield running_site


def get(fake_site, path, **options):
    return requests.get(fake_site.url + path, timeout=60, **options)


def soup(fake_site, path):
    return BeautifulSoup(get(fake_site, path).text, "html.parser")


def test_local_site_of_the_product(folder, tmp_path):
    with local_site.serve(folder) as url:
        assert requests.get(f"{url}/v1/file/60000001", timeout=60).content[:5] == b"%PDF-"
    with (
        pytest.raises(ReportFolderError, match=r"nowhere is not a folder$"),
        local_site.serve(tmp_path / "nowhere"),
    ):
        pass


def test_search(fake_site):
    page = soup(fake_site, "/search?rows=100")
    assert [tag.text for tag in page.select("strong.results-count.js-results-count")] == ["2", "2"]
    links = page.select("ul.results-list > li.search-result h3.search-result__title > a")
    assert [(link.text, link["href"]) for link in links] == [
        ("Authority 80400 ", "/provider/44/80400"),
        ("City of <Bradford> & Sons ", "/provider/44/80500"),
    ]
    assert not page.select(".pagination__next, .pagination__numbers")


def test_search_is_capped_at_100_and_defaults_to_10(tmp_path):
    rows = [folders.row(80000 + number, f"50{number:05}", path="") for number in range(120)]
    with serve(folders.write(tmp_path / "many", rows)) as fake_site:
        first = soup(fake_site, "/search?q=x&rows=200")
        assert len(first.select("li.search-result")) == 100
        assert first.select_one(".pagination__numbers").text == "1 of 2"
        next_url = first.select_one("a.pagination__next")["href"]
        assert next_url == "/search?q=x&rows=200&start=100"
        last = soup(fake_site, next_url)
        assert len(last.select("li.search-result")) == 20
        assert last.select_one("a.pagination__next") is None
        assert len(soup(fake_site, "/search").select("li.search-result")) == 10
        assert soup(fake_site, "/search?start=500").select("li.search-result, ul.results-list") == []


def test_search_by_status(tmp_path):
    rows = [
        folders.row(80400, "50000001"),
        folders.row(80457, "50000002", name="Cumbria", authority_status="closed"),
    ]
    folder = folders.write(tmp_path / "closed", rows)
    (folder / "closed_authorities.csv").write_text("urn,name\n80531,Northamptonshire\n")
    with serve(folder) as fake_site:
        names = {
            query: [link.text.strip() for link in soup(fake_site, f"/search?{query}").select("h3 > a")]
            for query in ("", "status[]=1", "status[]=2", "status[]=1&status[]=2&rows=100")
        }
        next_link = soup(fake_site, "/search?status[]=1&status[]=2&rows=1").select_one("a.pagination__next")
        assert next_link["href"] == "/search?status%5B%5D=1&status%5B%5D=2&rows=1&start=1"
        assert soup(fake_site, "/provider/44/80531").select("li.timeline__day--closed")
    closed = ["Cumbria", "Northamptonshire"]
    assert names == {
        "": ["Authority 80400"],
        "status[]=1": ["Authority 80400"],
        "status[]=2": closed,
        "status[]=1&status[]=2&rows=100": ["Authority 80400", *closed],
    }


def test_provider(fake_site):
    page = soup(fake_site, "/provider/44/80400")
    assert page.select_one("h1.title-block__heading").text == "Authority 80400"
    assert page.select_one("p.title-block__subheading").text == "URN: 80400"
    recent = page.select("ol.timeline > li.timeline__day > .event a.publication-link")
    archived = page.select(
        "li.timeline__day--has-archive > details ol.timeline__archive > li a.publication-link"
    )
    assert [link["href"][-2:] for link in recent + archived] == [str(year) for year in range(19, 11, -1)]
    assert recent[0]["href"] == "https://files.api.ofsted.gov.uk/v1/file/50000019"
    assert archived[-2].select_one(".nonvisual").text == "Children's services inspection,  pdf - 9 March 2013"
    assert archived[-1].select_one(".nonvisual").text == "Children's services inspection, PDF - 9 March 2012"
    assert get(fake_site, "/provider/44/1").status_code == 404


def test_text_of_the_listing_is_escaped(fake_site):
    html = get(fake_site, "/provider/44/80500").text
    assert "City of &lt;Bradford&gt; &amp; Sons" in html
    assert "Children&#39;s services inspection" in html


def test_files(fake_site, folder):
    response = get(fake_site, "/v1/file/60000001")
    assert response.content == (folder / "60000001.pdf").read_bytes()
    assert response.headers["Content-Type"] == "application/pdf"
    removed = get(fake_site, "/v1/file/60000002")
    assert (removed.status_code, removed.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Report not found - Find an Inspection Report - Ofsted</title>" in removed.text
    assert get(fake_site, "/v1/file/70000000").status_code == 404


def test_robots(folder, fake_site):
    assert get(fake_site, "/robots.txt").status_code == 404
    with serve(folder, robots="User-agent: *\n") as other_site:
        assert get(other_site, "/robots.txt").text == "User-agent: *\n"


def test_faults_are_used_up_in_order_and_requests_recorded(fake_site):
    fake_site.faults["/provider/*"] = Fault(status(503, "7"), times=1)
    fake_site.faults["/provider/44/80400"] = Fault(edited("Authority", "Council"), times=1)
    responses = [get(fake_site, "/provider/44/80400?x=1", headers={"User-Agent": "me"}) for _ in range(1)]
    responses += [get(fake_site, "/provider/44/80400") for _ in range(2)]
    assert [response.status_code for response in responses] == [503, 200, 200]
    assert responses[0].headers["Retry-After"] == "7"
    assert ["Council 80400" in response.text for response in responses] == [False, True, False]
    assert fake_site.paths() == ["/provider/44/80400?x=1", "/provider/44/80400", "/provider/44/80400"]
    assert fake_site.requests[0].user_agent == "me"


def test_reset_drops_the_connection(fake_site):
    fake_site.faults["/search*"] = Fault(reset())
    with socket.create_connection(("127.0.0.1", int(fake_site.url.rsplit(":", 1)[1]))) as connection:
        connection.sendall(b"GET /search HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


@pytest.mark.parametrize("declared", [True, False])
def test_truncated_sends_half(fake_site, folder, declared):
    fake_site.faults["/v1/file/*"] = Fault(truncated(declared=declared))
    content = (folder / "60000001.pdf").read_bytes()
    response = get(fake_site, "/v1/file/60000001", stream=True)
    assert response.headers.get("Content-Length") == (str(len(content)) if declared else None)
    body = b""
    with pytest.raises(requests.exceptions.ChunkedEncodingError) if declared else contextlib.nullcontext():
        for chunk in response.iter_content(16):
            body += chunk
    assert content.startswith(body)
    assert len(content) // 2 - 16 <= len(body) <= len(content) // 2


def test_held_response_does_not_delay_others(fake_site):
    released = threading.Event()
    fake_site.faults["/search*"] = Fault(held(released))
    with ThreadPoolExecutor(1) as pool:
        search = pool.submit(get, fake_site, "/search")
        assert get(fake_site, "/provider/44/80400").ok
        assert not search.done()
        released.set()
        assert search.result().ok


def test_slow_response_is_delayed(fake_site):
    fake_site.faults["/search*"] = Fault(slow(0.2))
    start = time.monotonic()
    get(fake_site, "/search")
    assert time.monotonic() - start >= 0.2


SERVE_SCRIPT = """
import signal, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from orchestration.local_site import serve
# A shell that starts the tests in the background makes its processes ignore SIGINT. Dagster then lets the
# process that runs the tests ignore SIGTERM too, and the processes that it starts inherit both.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
with serve(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "process group"])
def test_signal_ends_a_process_that_serves(folder, number, send):
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE_SCRIPT, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )
    url = process.stdout.readline().strip()
    assert requests.get(f"{url}/provider/44/80400", timeout=60).ok
    send(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == -number
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)
