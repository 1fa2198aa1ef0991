"""The replica itself, asked as a browser would: its pages, its faults, its command."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests
from bs4 import BeautifulSoup

from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import edited, reset, slow, status, truncated


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
def replica(folder):
    with serve(folder) as running:
        yield running


def get(replica, path, **options):
    return requests.get(replica.url + path, timeout=5, **options)


def soup(replica, path):
    return BeautifulSoup(get(replica, path).text, "html.parser")


def test_search(replica):
    found = soup(replica, "/search?rows=100")
    assert [tag.text for tag in found.select("strong.results-count.js-results-count")] == ["2", "2"]
    links = found.select("ul.results-list > li.search-result h3.search-result__title > a")
    assert [(link.text, link["href"]) for link in links] == [
        ("Authority 80400 ", "/provider/44/80400"),
        ("City of <Bradford> & Sons ", "/provider/44/80500"),
    ]
    assert not found.select(".pagination__next, .pagination__numbers")


def test_search_is_capped_at_100_and_defaults_to_10(tmp_path):
    rows = [folders.row(80000 + number, f"50{number:05}", path="") for number in range(120)]
    with serve(folders.write(tmp_path / "many", rows)) as replica:
        first = soup(replica, "/search?q=x&rows=200")
        assert len(first.select("li.search-result")) == 100
        assert first.select_one(".pagination__numbers").text == "1 of 2"
        following = first.select_one("a.pagination__next")["href"]
        assert following == "/search?q=x&rows=200&start=100"
        last = soup(replica, following)
        assert len(last.select("li.search-result")) == 20
        assert last.select_one("a.pagination__next") is None
        assert len(soup(replica, "/search").select("li.search-result")) == 10
        assert soup(replica, "/search?start=500").select("li.search-result, ul.results-list") == []


def test_provider(replica):
    found = soup(replica, "/provider/44/80400")
    assert found.select_one("h1.title-block__heading").text == "Authority 80400"
    assert found.select_one("p.title-block__subheading").text == "URN: 80400"
    recent = found.select("ol.timeline > li.timeline__day > .event a.publication-link")
    archived = found.select(
        "li.timeline__day--has-archive > details ol.timeline__archive > li a.publication-link"
    )
    assert [link["href"][-2:] for link in recent + archived] == [str(year) for year in range(19, 11, -1)]
    assert recent[0]["href"] == "https://files.api.ofsted.gov.uk/v1/file/50000019"
    assert archived[-2].select_one(".nonvisual").text == "Children's services inspection,  pdf - 9 March 2013"
    assert archived[-1].select_one(".nonvisual").text == "Children's services inspection, PDF - 9 March 2012"
    assert get(replica, "/provider/44/1").status_code == 404


def test_what_a_listing_says_is_escaped(replica):
    html = get(replica, "/provider/44/80500").text
    assert "City of &lt;Bradford&gt; &amp; Sons" in html
    assert "Children&#39;s services inspection" in html


def test_files(replica, folder):
    answer = get(replica, "/v1/file/60000001")
    assert answer.content == (folder / "60000001.pdf").read_bytes()
    assert answer.headers["Content-Type"] == "application/pdf"
    removed = get(replica, "/v1/file/60000002")
    assert (removed.status_code, removed.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Report not found - Find an Inspection Report - Ofsted</title>" in removed.text
    assert get(replica, "/v1/file/70000000").status_code == 404


def test_robots(folder, replica):
    assert get(replica, "/robots.txt").status_code == 404
    with serve(folder, robots="User-agent: *\n") as other:
        assert get(other, "/robots.txt").text == "User-agent: *\n"


def test_faults_are_used_up_in_order_and_requests_remembered(replica):
    replica.faults["/provider/*"] = Fault(status(503, "7"), times=1)
    replica.faults["/provider/44/80400"] = Fault(edited("Authority", "Council"), times=1)
    answers = [get(replica, "/provider/44/80400?x=1", headers={"User-Agent": "me"}) for _ in range(1)]
    answers += [get(replica, "/provider/44/80400") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert ["Council 80400" in answer.text for answer in answers] == [False, True, False]
    assert replica.paths() == ["/provider/44/80400?x=1", "/provider/44/80400", "/provider/44/80400"]
    assert replica.requests[0].user_agent == "me"


def test_reset_is_one(replica):
    replica.faults["/search*"] = Fault(reset())
    with socket.create_connection(("127.0.0.1", int(replica.url.rsplit(":", 1)[1]))) as connection:
        connection.sendall(b"GET /search HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


@pytest.mark.parametrize("declared", [True, False])
def test_truncated_sends_half(replica, folder, declared):
    replica.faults["/v1/file/*"] = Fault(truncated(declared=declared))
    whole = (folder / "60000001.pdf").read_bytes()
    answer = get(replica, "/v1/file/60000001", stream=True)
    assert answer.headers.get("Content-Length") == (str(len(whole)) if declared else None)
    body = b""
    with pytest.raises(requests.exceptions.ChunkedEncodingError) if declared else contextlib.nullcontext():
        for chunk in answer.iter_content(16):
            body += chunk
    assert whole.startswith(body)
    assert len(whole) // 2 - 16 <= len(body) <= len(whole) // 2


def test_slow_holds_up_nobody_else(replica):
    replica.faults["/search*"] = Fault(slow(0.3))
    began = time.monotonic()
    get(replica, "/provider/44/80400")
    assert time.monotonic() - began < 0.3
    get(replica, "/search")
    assert time.monotonic() - began >= 0.3


def command(folder, *arguments):
    return [sys.executable, "-m", "tests.support.fake_site", str(folder), *arguments]


def python(script):
    return ("--", sys.executable, "-u", "-c", script)


ASK = """
import os, sys, urllib.request
page = urllib.request.urlopen(os.environ["REPORTS_SITE_URL"] + "/provider/44/80400").read().decode()
sys.exit(7 if "Authority 80400" in page and os.environ["REPORTS_SITE_INTERVAL"] == "0" else 1)
"""


def test_the_command_finds_the_site_and_its_exit_code_is_ours(folder):
    assert subprocess.run(command(folder, *python(ASK)), check=False).returncode == 7
    assert subprocess.run(command(folder, *python("import os; os.abort()")), check=False).returncode == 134


SLEEP = "import time; print('ready'); time.sleep(60)"


@pytest.mark.parametrize("arguments", [python(SLEEP), ()], ids=["with a command", "alone"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["to it", "to its group, as a terminal does"])
def test_a_signal_ends_both(folder, arguments, number, send):
    process = subprocess.Popen(
        command(folder, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stdout.readline()
    send(process.pid, number)
    _, errors = process.communicate(timeout=5)
    # The command's own traceback is its own affair; the replica has none.
    assert "tests/replica" not in errors
    assert process.returncode == (128 + number if arguments else 0)


def test_what_cannot_be_served_or_run_is_named(folder, tmp_path):
    missing = subprocess.run(
        command(tmp_path / "nowhere", "--", "true"), check=False, capture_output=True, text=True
    )
    assert (missing.returncode, "nowhere has no publications.csv" in missing.stderr) == (2, True)
    unknown = subprocess.run(
        command(folder, "--", "no-such-command"), check=False, capture_output=True, text=True
    )
    assert (unknown.returncode, unknown.stderr) == (
        127,
        "no-such-command cannot be run: No such file or directory\n",
    )
