"""``inspections check-site`` against the sample and against a fake site with faults."""

import re

import pytest

from tests.support import sample
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import edited, page, status


@pytest.fixture
def check(invoke, tmp_path):
    """Return a function that checks a site with faults: its output, exit code and requested paths."""
    folder = folders.write(
        tmp_path / "site",
        [
            folders.row(80450, "50000001", name="City of London Corporation"),
            folders.row(80457, "50000002", name="Cumbria County Council", authority_status="closed"),
        ],
    )

    def run(faults=None, robots=None):
        with serve(folder, faults, robots=robots) as site:
            result = invoke("check-site", REPORTS_SITE_URL=site.url)
        assert len(result.stdout.splitlines()) <= 14
        return result.stdout, result.exit_code, site.paths()

    return run


def test_sample_is_as_expected(invoke):
    result = invoke("check-site", "--site", sample.FOLDER)
    lines = result.stdout.splitlines()
    assert len(lines) <= 12
    assert lines[1] == "ok   robots.txt: allows the requests; 0 s between two of them"
    assert lines[2].startswith("ok   open authorities: the search counts 3")


def test_everything_is_as_expected(check):
    output, exit_code, paths = check()
    assert exit_code == 0
    assert output.splitlines()[2:] == [
        "ok   open authorities: the search counts 1; its first page lists 1",
        "ok   closed authorities: the search counts 1; its first page lists 1",
        "ok   authority's page: City of London Corporation (URN 80450) lists 1 report",
        "ok   dates: 1 of 1 reports have a publication date, the newest 2022-02-11",
        "ok   titles: inspection 1",
        output.splitlines()[7],
        "Everything is as expected.",
    ]
    assert output.splitlines()[7].startswith("ok   file: https://files.ofsted.gov.uk/v1/file/50000001 is a")
    assert [path.partition("?")[0] for path in paths] == [
        "/robots.txt",
        "/search",
        "/search",
        "/provider/44/80450",
        "/v1/file/50000001",
    ]


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"/search*": Fault(status(403))}, "NOT  open authorities: .*REPORTS_SITE_CONTACT"),
        ({"/search*rows=100": Fault(edited("results-count", "x"))}, "NOT  open authorities"),
        ({"/search*status*": Fault(edited("(results-count.>)1", r"\g<1>9"))}, "NOT  closed authorities: .*9"),
        ({"/provider*": Fault(page("<h1>Moved</h1>"))}, "NOT  authority's page: .*has changed: it has no"),
        ({"/provider*": Fault(edited("February", "Febuary"))}, "NOT  dates: 0 of 1"),
        ({"/provider*": Fault(edited("inspection", "survey"))}, "NOT  titles: other 1; unknown"),
        ({"/v1/*": Fault(status(404))}, "NOT  file: .*404"),
        ({"/v1/*": Fault(page("<title>Report not found - Ofsted</title>"))}, "NOT  file: .*Report not found"),
    ],
)
def test_what_is_not_as_expected_is_named(check, faults, words):
    output, exit_code, _ = check(faults)
    assert exit_code == 1
    assert any(re.match(words, line) for line in output.splitlines())


def test_robots_txt_that_disallows_the_search(check):
    output, exit_code, paths = check(robots="User-agent: *\nDisallow: /\n")
    assert exit_code == 1
    assert "NOT  robots.txt" in output
    assert paths == ["/robots.txt"]
