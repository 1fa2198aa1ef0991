"""``crawl`` against a fake site."""

from datetime import date

import pytest

from assets.publications.client import LIVE_SITE_URL, ForbiddenError, UnavailableError
from assets.publications.crawler import SEARCH_URL, ListingError
from assets.publications.pages import PageChangedError
from tests.integration.publications.conftest import ROWS, WITHOUT_LANDMARKS, authorities, listing_fault
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import edited, page, status, truncated
from tests.support.fault_table import Theme, proves


def test_crawl_reads_every_publication(crawl_site):
    crawled = crawl_site()
    assert crawl_site.paths == [
        "/robots.txt",
        "/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100",
        f"{SEARCH_URL.removeprefix(LIVE_SITE_URL)}&status%5B%5D=2",
        *(f"/provider/44/{urn}" for urn in (80500, 80600, 80400, 80450)),
    ]
    assert [authority.name for authority in crawled.authorities] == [
        "City of Bradford",
        "Middling",
        "Zedshire",
        "Åby & Sons <Council>",
    ]
    assert [row["report_id"] for row in crawled.rows] == sorted(row["file_id"] for row in ROWS)
    assert crawled.rows[0] == {
        "report_id": "50000001",
        "urn": 80500,
        "title": "Children's services inspection",
        "family": "inspection",
        "published": date(2015, 3, 1),
        "listed_inspection_date": None,
        "url": "https://files.ofsted.gov.uk/v1/file/50000001",
        "provider_url": "https://reports.ofsted.gov.uk/provider/44/80500",
    }
    assert crawled.notes == ("5000004 of 80450 has a title of no known family: 'An unknown title'",)


@pytest.mark.slow
def test_number_of_requests_for_153_authorities(crawl_site):
    closed = [row | {"authority_status": "closed"} for row in authorities(158)[153:]]
    crawled = crawl_site([*authorities(153), *closed])
    assert len(crawled.authorities) == 158
    counts = [len([path for path in crawl_site.paths if path.startswith(start)]) for start in REQUESTED]
    assert counts == [1, 3, 158]
    assert len(crawl_site.paths) == 162


REQUESTED = ("/robots.txt", "/search?", "/provider/44/")


@pytest.mark.parametrize("max_rows", [1, 2, 3])
def test_every_search_page_is_read(crawl_site, max_rows):
    assert crawl_site(max_rows=max_rows) == crawl_site()


STOPS = "stops with an error that names both numbers; the listing stays unchanged"


@pytest.mark.parametrize(
    ("effect", "numbers"),
    [
        listing_fault(
            "The search counts more than it lists",
            STOPS,
            edited(r'(results-count">)\d+', r"\g<1>153"),
            "counts 153 authorities but lists 4",
        ),
        listing_fault(
            "The search is truncated: the next page is not linked",
            STOPS,
            edited("pagination__next", "pagination__further"),
            "counts 4 authorities but lists 2",
        ),
        listing_fault(
            "The link to the next search page leads back",
            STOPS,
            edited(r'href="/search[^"]*', f'href="{SEARCH_URL}'),
            "counts 4 authorities but lists 2",
        ),
    ],
)
def test_incomplete_search_is_rejected(crawl_site, effect, numbers):
    with pytest.raises(ListingError, match=numbers):
        crawl_site(faults={"/search*": Fault(effect, times=2 if "153" in numbers else 1)}, max_rows=2)


@proves("The search is empty", theme=Theme.FETCHING, does="stops with an error; the listing stays unchanged")
def test_empty_search_is_rejected(crawl_site):
    no_results = {"/search*": Fault(edited(r'(results-count">)\d+(.*?)<ul.*</ul>', r"\g<1>0\2"))}
    with pytest.raises(ListingError, match=r"lists no authority$"):
        crawl_site(faults=no_results)


@proves(
    "The markup of the search has changed, and no selector matches",
    theme=Theme.FETCHING,
    does="stops with an error that names the selector; the listing stays unchanged",
)
def test_changed_search_page_is_rejected(crawl_site):
    with pytest.raises(PageChangedError, match="results-count") as error:
        crawl_site(faults={"/search*": Fault(edited("results-count", "count"))})
    assert SEARCH_URL in str(error.value)


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        (status(404), "answered 404"),
        (status(500), "answered 500"),
        (edited(*WITHOUT_LANDMARKS), r"it has no h1.*, ol\.timeline"),
        (truncated(0.7, declared=False), "is cut off"),
        (edited("URN: 80400", "URN: 80401"), "is the page of URN 80401, not 80400"),
    ],
)
def test_one_unreadable_page_of_four_fails_the_crawl(crawl_site, effect, reason):
    with pytest.raises(ListingError, match=rf"^Zedshire \(80400\) could not be read: .*{reason}"):
        crawl_site(faults={"/provider/44/80400": Fault(effect)})


@proves(
    "403 for a page",
    theme=Theme.FETCHING,
    does="stops at once and sends no more requests; the listing stays unchanged",
)
def test_status_403_stops_the_crawl(crawl_site):
    with pytest.raises(ForbiddenError):
        crawl_site(faults={"/provider/44/80600": Fault(status(403))})


def test_unavailable_search_stops_the_crawl(crawl_site):
    with pytest.raises(UnavailableError):
        crawl_site(faults={"/search*": Fault(status(502))})


def test_report_on_two_pages_is_assigned_to_the_lowest_urn(crawl_site):
    crawled = crawl_site((*ROWS, ROWS[0] | {"urn": "80300", "name": "Partner"}))
    assert [row["urn"] for row in crawled.rows if row["report_id"] == "50000001"] == [80300]
    assert "50000001 is listed by 80500 too; the row of 80300 is kept" in crawled.notes


@proves(
    "Too many authorities' pages fail: the site is partly down, or has changed",
    theme=Theme.FETCHING,
    does="sends no more requests; the listing stays unchanged",
)
def test_many_unreadable_pages_fail_the_crawl(crawl_site):
    with pytest.raises(ListingError, match=r"it has no .*, ol\.timeline; 2 of 12 authorities' pages failed"):
        crawl_site(authorities(), {"/provider/*": Fault(edited(*WITHOUT_LANDMARKS), times=5)})
    assert len([path for path in crawl_site.paths if path.startswith("/provider")]) == 2


def closed_rows():
    """Return rows of open authorities, and of a closed one with two reports."""
    return [
        *authorities(),
        *(
            folders.row(80457, f"5100000{number}", name="Cumbria County Council", authority_status="closed")
            for number in range(2)
        ),
    ]


def test_closed_authorities_are_crawled(crawl_site):
    crawled = crawl_site(closed_rows())
    assert crawled.authorities[-1].name == "Cumbria County Council"
    assert {row["report_id"] for row in crawled.rows if row["urn"] == 80457} == {"51000000", "51000001"}
    assert (crawled.notes, crawled.issues, crawled.closed_unread) == ((), (), False)


@proves(
    "The search for closed authorities is refused, empty, incomplete or of unknown form",
    theme=Theme.FETCHING,
    does="reads the open authorities, keeps the reports of closed ones as listed, and warns",
)
@pytest.mark.parametrize(
    "effect",
    [
        status(400),
        status(404),
        page("<h1>Search</h1></html>"),
        edited(r'(results-count">)\d+', r"\g<1>7"),
        truncated(0.3, declared=False),
    ],
)
def test_unreadable_search_for_closed_authorities_costs_no_open_one(crawl_site, effect):
    crawled = crawl_site(closed_rows(), {"/search*status*": Fault(effect)})
    assert {row["urn"] for row in crawled.rows} == {80500 + number for number in range(12)}
    assert crawled.closed_unread
    [note] = crawled.notes
    assert note.startswith("The closed authorities could not be read: http")


def test_site_that_ignores_the_status_lists_nothing_twice(crawl_site):
    rows = closed_rows()[:12]
    everything = {"/search*status*": Fault(edited(r'(results-count">)0', r"\g<1>0"))}
    assert crawl_site(rows, everything).rows == crawl_site(rows).rows


@proves(
    "The site answers with a maintenance page, with status 200",
    theme=Theme.FETCHING,
    does="treats it like 503: tries again, then stops; the listing stays unchanged",
)
@pytest.mark.parametrize(
    "body",
    [
        "<title>Maintenance - Ofsted</title>",
        "<html><h1 class='x'>Sorry, the service is unavailable</h1></html>",
        "<h1>Sorry, there is a problem with the service</h1>",
    ],
)
def test_maintenance_page_is_recognised(crawl_site, body):
    with pytest.raises(
        UnavailableError, match=r"answered with a maintenance page; the site is out of service$"
    ):
        crawl_site(faults={"/search*": Fault(page(body))})
    assert len(crawl_site.paths) == 6
    assert crawl_site(faults={"/search*": Fault(page(body), times=2)}).rows == crawl_site().rows
