"""The walk over a replica, and what walks make of the table."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.publications.client import LIVE_SITE_URL, ForbiddenError, SiteClient, UnavailableError
from assets.publications.listing import (
    SCHEMA,
    SEARCH_URL,
    CrawlResult,
    ListingError,
    crawl,
    merge_crawl,
    publication_year,
)
from assets.publications.pages import PageChangedError
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import edited, other, status
from tests.support.fault_table import Theme, proves

NOTHING = SCHEMA.empty_table()
MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 9, day, 6) for day in (7, 8, 9))
ROWS = (
    folders.row(80500, "50000001", name="City of Bradford", published="2015-03-01", inspected=""),
    folders.row(80500, "50000002", published="2018-05-04", name="City of Bradford"),
    folders.row(80400, "50000003", name="Zedshire", title="Children's services focused visit"),
    folders.row(80450, "5000004", name="Åby & Sons <Council>", title="Something never met"),
    *(
        folders.row(80600, f"5100000{number}", name="Middling", published=f"20{number}0-01-02")
        for number in range(1, 3)
    ),
)


@pytest.fixture
def walked(tmp_path, quick):
    """Return a function that walks a replica of some rows."""

    def walk_of(rows=ROWS, faults=None, max_rows=100):
        folder = folders.write(tmp_path / "site", [row | {"path": ""} for row in rows])
        with serve(folder, faults, max_rows=max_rows) as replica, SiteClient(replica.url, quick) as site:
            walk_of.paths = []
            try:
                return crawl(site)
            finally:
                walk_of.paths = replica.paths()

    return walk_of


def test_a_walk_finds_everything(walked):
    found = walked()
    assert walked.paths == [
        "/robots.txt",
        "/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100",
        *(f"/provider/44/{urn}" for urn in (80500, 80600, 80400, 80450)),
    ]
    assert [authority.name for authority in found.authorities] == [
        "City of Bradford",
        "Middling",
        "Zedshire",
        "Åby & Sons <Council>",
    ]
    assert [row["report_id"] for row in found.rows] == sorted(row["file_id"] for row in ROWS)
    assert found.rows[0] == {
        "report_id": "50000001",
        "urn": 80500,
        "title": "Children's services inspection",
        "family": "inspection",
        "published": date(2015, 3, 1),
        "listed_inspection_date": None,
        "url": "https://files.ofsted.gov.uk/v1/file/50000001",
        "provider_url": "https://reports.ofsted.gov.uk/provider/44/80500",
    }
    assert found.notes == ("5000004 of 80450 has a title of no known family: 'Something never met'",)


def test_the_whole_country_is_two_searches_and_a_page_each(walked):
    found = walked(county(153))
    assert len(found.authorities) == 153
    assert [len([path for path in walked.paths if path.startswith(start)]) for start in ASKED] == [1, 2, 153]
    assert len(walked.paths) == 156


ASKED = ("/robots.txt", "/search?", "/provider/44/")


@pytest.mark.parametrize("max_rows", [1, 2, 3])
def test_every_page_of_the_search_is_read(walked, max_rows):
    assert walked(max_rows=max_rows) == walked()


def listing_fault(name, does, *values):
    """Declare a fault of the search or of a page, and what stands for it in a test."""
    return pytest.param(*values, id=name, marks=proves(name, theme=Theme.FETCHING, does=does))


BOTH = "stops, naming both numbers; the last listing stays"


@pytest.mark.parametrize(
    ("effect", "numbers"),
    [
        listing_fault(
            "The search counts more than it lists",
            BOTH,
            edited(r'(results-count">)\d+', r"\g<1>153"),
            "counts 153 authorities but lists 4",
        ),
        listing_fault(
            "The search is cut short: its next page is not linked",
            BOTH,
            edited("pagination__next", "pagination__further"),
            "counts 4 authorities but lists 2",
        ),
        listing_fault(
            "The search's next page leads back",
            BOTH,
            edited(r'href="/search[^"]*', f'href="{SEARCH_URL}'),
            "counts 4 authorities but lists 2",
        ),
    ],
)
def test_a_shortfall_names_both_numbers(walked, effect, numbers):
    with pytest.raises(ListingError, match=numbers):
        walked(faults={"/search*": Fault(effect, times=2 if "153" in numbers else 1)}, max_rows=2)


@proves("The search is empty", theme=Theme.FETCHING, does="stops with that sentence; the last listing stays")
def test_an_empty_search_is_an_error(walked):
    nothing = {"/search*": Fault(edited(r'(results-count">)\d+(.*?)<ul.*</ul>', r"\g<1>0\2"))}
    with pytest.raises(ListingError, match="no authority at all"):
        walked(faults=nothing)


@proves(
    "The search's markup changed, and nothing matches",
    theme=Theme.FETCHING,
    does="stops, naming the selector that found nothing; the last listing stays",
)
def test_a_search_page_that_changed_is_named(walked):
    with pytest.raises(PageChangedError, match="results-count") as error:
        walked(faults={"/search*": Fault(edited("results-count", "count"))})
    assert SEARCH_URL in str(error.value)


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        (status(404), "answered 404"),
        (status(500), "answered 500"),
        (edited('class="timeline"', ""), r"it has no ol\.timeline"),
        (edited("URN: 80400", "URN: 80401"), "is the page of URN 80401, not 80400"),
    ],
)
def test_an_authority_that_cannot_be_read_fails_the_walk(walked, effect, reason):
    with pytest.raises(ListingError, match=rf"^Zedshire \(80400\) could not be read: .*{reason}"):
        walked(faults={"/provider/44/80400": Fault(effect)})


@proves(
    "403 for a page",
    theme=Theme.FETCHING,
    does="stops at once, asks for nothing more; the last listing stays",
)
def test_forbidden_stops_the_walk(walked):
    with pytest.raises(ForbiddenError):
        walked(faults={"/provider/44/80600": Fault(status(403))})


def test_a_search_that_is_down_stops_the_walk(walked):
    with pytest.raises(UnavailableError):
        walked(faults={"/search*": Fault(status(502))})


def test_a_report_on_two_pages_keeps_the_row_of_the_lowest_urn(walked):
    found = walked((*ROWS, ROWS[0] | {"urn": "80300", "name": "Partner"}))
    assert [row["urn"] for row in found.rows if row["report_id"] == "50000001"] == [80300]
    assert "50000001 is listed by 80500 too; the row of 80300 is kept" in found.notes


TIMES = ("first_seen", "last_seen", "changed_at")


def rows_of(table):
    return {row["report_id"]: row for row in table.to_pylist()}


def test_the_first_walk_fills_the_table(walked):
    table, years, _ = merge_crawl(NOTHING, walked(), MONDAY)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table["report_id"].to_pylist() == sorted(row["file_id"] for row in ROWS)
    assert years == {2010, 2015, 2018, 2020, 2022}
    assert {tuple(row[name] for name in TIMES) for row in table.to_pylist()} == {(MONDAY, MONDAY, MONDAY)}
    assert set(table["is_listed"].to_pylist()) == {True}


def test_no_news_leaves_the_table_as_it_is(walked):
    table, *_ = merge_crawl(NOTHING, walked(), MONDAY)
    again, years, _ = merge_crawl(table, walked(), TUESDAY)
    assert again is table
    assert years == set()


def test_news_changes_its_own_year_only(walked):
    table, *_ = merge_crawl(NOTHING, walked(), MONDAY)
    table, years, _ = merge_crawl(
        table,
        walked((*ROWS, folders.row(80400, "5900000", name="Zedshire", published="2026-09-08"))),
        TUESDAY,
    )
    assert years == {2026}
    rows = rows_of(table)
    assert [rows["5900000"][name] for name in TIMES] == [TUESDAY, TUESDAY, TUESDAY]
    assert [rows["50000001"][name] for name in TIMES] == [MONDAY, TUESDAY, MONDAY]
    assert table["report_id"].to_pylist() == sorted(rows)


def many(count=20):
    return [
        folders.row(80400, f"5000{number:04}", published="2020-01-02", inspected="")
        for number in range(count)
    ]


def test_a_withdrawn_report_keeps_its_row_and_may_come_back(walked):
    table, *_ = merge_crawl(NOTHING, walked(many()), MONDAY)
    table, years, _ = merge_crawl(table, walked(many()[1:]), TUESDAY)
    withdrawn = rows_of(table)["50000000"]
    assert years == {2020}
    assert (withdrawn["is_listed"], *(withdrawn[name] for name in TIMES)) == (False, MONDAY, MONDAY, TUESDAY)
    assert merge_crawl(table, walked(many()[1:]), WEDNESDAY)[0] is table
    table, years, _ = merge_crawl(table, walked(many()), WEDNESDAY)
    back = rows_of(table)["50000000"]
    assert years == {2020}
    assert (back["is_listed"], *(back[name] for name in TIMES)) == (True, MONDAY, WEDNESDAY, WEDNESDAY)


def test_a_new_date_changes_the_year_it_leaves_and_the_one_it_comes_to(walked):
    table, *_ = merge_crawl(NOTHING, walked(many()), MONDAY)
    moved = [many()[0] | {"published": "2021-01-02"}, *many()[1:]]
    assert merge_crawl(table, walked(moved), TUESDAY)[1] == {2020, 2021}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (
            many(20),
            many(17),
            "only 17 of the 20 publications that it listed before: held back. Gone: 50000017 of 80400",
        ),
        (
            ROWS,
            ROWS[:4],
            "only 3 of the 4 authorities with reports that it listed before: held back. Gone: 80600",
        ),
    ],
)
def test_a_walk_that_finds_too_little_is_held_back(walked, before, now, reason):
    table, *_ = merge_crawl(NOTHING, walked(before), MONDAY)
    with pytest.raises(ListingError, match=reason):
        merge_crawl(table, walked(now), TUESDAY)


@proves(
    "The listing shrinks by more than a tenth",
    theme=Theme.FETCHING,
    does="holds it back, says what is gone, and lets it through once a person says so (min_retained_share)",
)
def test_a_person_lets_a_shorter_listing_through(walked):
    table, *_ = merge_crawl(NOTHING, walked(many(20)), MONDAY)
    with pytest.raises(ListingError, match=r"run it once with min_retained_share: 0"):
        merge_crawl(table, walked(many(5)), TUESDAY)
    table, *_ = merge_crawl(table, walked(many(5)), TUESDAY, min_retained_share=0)
    assert table["is_listed"].to_pylist() == [True] * 5 + [False] * 15
    assert merge_crawl(table, walked(many(5)), WEDNESDAY)[0] is table


@proves(
    "Every report has a new number overnight",
    theme=Theme.TIME,
    does="holds the listing back for a person, since all that was listed is gone",
)
def test_as_many_others_do_not_make_up_for_what_is_gone(walked):
    table, *_ = merge_crawl(NOTHING, walked(many(20)), MONDAY)
    others = [row | {"file_id": f"6{row['file_id'][1:]}"} for row in many(20)]
    with pytest.raises(ListingError, match="only 0 of the 20 publications"):
        merge_crawl(table, walked(others), TUESDAY)


def county(count=12):
    """Return a report each of so many authorities."""
    return [
        folders.row(80500 + number, f"5200{number:04}", published="2020-01-02") for number in range(count)
    ]


BROKEN = "/provider/44/80503"


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        listing_fault(
            "An authority's page answers 404",
            "keeps its reports as listed, warns, and reads all others",
            status(404),
            "answered 404 NOT FOUND",
        ),
        listing_fault(
            "An authority's page stays away",
            "keeps its reports as listed, warns, and reads all others",
            status(503),
            "answered 503",
        ),
        listing_fault(
            "An authority's page changed its markup",
            "keeps what that page listed, and warns with the selector that found nothing",
            edited('class="timeline"', ""),
            "has changed: it has no ol.timeline",
        ),
        listing_fault(
            "Something else comes for a page: a PDF, an image",
            "keeps what that page listed, and warns with the selector that found nothing",
            other(b"%PDF-1.7\n" + bytes(1000), "application/pdf"),
            "has changed: it has no h1.title-block__heading",
        ),
    ],
)
def test_one_page_that_cannot_be_read_keeps_what_it_listed(walked, effect, reason):
    table, *_ = merge_crawl(NOTHING, walked(county()), MONDAY)
    news = folders.row(80500, "59000000", published="2026-09-08")
    found = walked([*county(), news], {BROKEN: Fault(effect)})
    assert {f"/provider/44/{80500 + number}" for number in range(12)} <= set(walked.paths)
    table, years, [note] = merge_crawl(table, found, TUESDAY)
    address = f"{LIVE_SITE_URL}{BROKEN}"
    assert found.unread == {address}
    assert note.startswith("Authority 80503 (80503) could not be read: ")
    assert reason in note
    assert note.endswith("; what it listed before is kept as it is")
    rows = rows_of(table)
    assert years == {2026}
    assert (rows["52000003"]["is_listed"], rows["52000003"]["last_seen"]) == (True, MONDAY)
    assert (rows["52000004"]["is_listed"], rows["52000004"]["last_seen"]) == (True, TUESDAY)


@proves(
    "More authorities' pages fail than may: the site is half down, or has changed",
    theme=Theme.FETCHING,
    does="stops asking, and keeps the last listing whole",
)
def test_many_pages_that_cannot_be_read_fail_the_walk(walked):
    with pytest.raises(ListingError, match=r"it has no ol\.timeline; 2 of 12 authorities' pages failed"):
        walked(county(), {"/provider/*": Fault(edited('class="timeline"', ""), times=5)})
    assert len([path for path in walked.paths if path.startswith("/provider")]) == 2


@proves(
    "An authority's page suddenly lists no report",
    theme=Theme.FETCHING,
    does="keeps what it listed before and warns, until a person lets it through",
)
def test_a_page_that_lists_nothing_any_more_keeps_what_it_listed(walked):
    table, *_ = merge_crawl(NOTHING, walked(county()), MONDAY)
    without_links = {BROKEN: Fault(edited(r"<a class=\"publication-link.*?</a>", ""))}
    again, _, [note] = merge_crawl(table, walked(county(), without_links), TUESDAY)
    assert again is table
    assert note.startswith("Authority 80503 (80503) lists nothing any more: what it listed before is kept")
    table, *_ = merge_crawl(table, walked(county(), without_links), WEDNESDAY, min_retained_share=0)
    assert [row["report_id"] for row in table.to_pylist() if not row["is_listed"]] == ["52000003"]


def known(*urns):
    return [{"urn": urn, "name": f"Authority {urn}", "official_name": None} for urn in urns]


def renumbered(row, urn=80999, **others):
    return row | {"urn": str(urn)} | others


@proves(
    "An authority's URN and address change overnight",
    theme=Theme.TIME,
    does="knows it by its reports and its name, keeps its rows under the known URN, and warns",
)
def test_an_authority_under_another_urn_is_known_again(walked):
    table, *_ = merge_crawl(NOTHING, walked(county()), MONDAY)
    moved = [*county()[:3], renumbered(county()[3]), *county()[4:]]
    moved.append(renumbered(moved[3], file_id="59000000", published="2026-09-08"))
    authorities = known(*range(80500, 80512))
    table, _, [note] = merge_crawl(table, walked(moved), TUESDAY, authorities)
    assert note == "Authority 80503 (80503) is listed under another URN, 80999: taken for the same"
    rows = rows_of(table)
    assert {rows[key]["urn"] for key in ("52000003", "59000000")} == {80503}
    assert rows["52000003"]["first_seen"] == MONDAY
    assert rows["52000003"]["provider_url"] == f"{LIVE_SITE_URL}/provider/44/80999"
    # Every day after, too; and once the reference file has the new number instead of the old.
    assert merge_crawl(table, walked(moved), WEDNESDAY, authorities)[0] is table
    table, *_ = merge_crawl(
        table, walked(moved), WEDNESDAY, known(*range(80500, 80503), *range(80504, 80512), 80999)
    )
    assert {row["urn"] for row in table.to_pylist()} == {*range(80500, 80503), *range(80504, 80512), 80999}


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([renumbered(county()[3], name="Elsewhere")], id="another name: a successor"),
        pytest.param([county()[3], renumbered(county()[3], name="Authority 80503", file_id="59")], id="both"),
        pytest.param([renumbered(row, name="Authority 80503") for row in county()[2:4]], id="reports of two"),
    ],
)
def test_who_may_be_another_is_not_taken_for_the_same(walked, listed):
    table, *_ = merge_crawl(NOTHING, walked(county()), MONDAY)
    listed = [row | {"file_id": row["file_id"].ljust(8, "0")} for row in listed]
    rest = [row for row in county() if row["file_id"] not in {each["file_id"] for each in listed}]
    table, *_ = merge_crawl(
        table, walked(rest + listed), TUESDAY, known(*range(80500, 80512)), min_retained_share=0
    )
    assert 80999 in {row["urn"] for row in table.to_pylist()}


def test_a_walk_that_finds_nothing_is_held_back():
    with pytest.raises(ListingError, match="no publication at all"):
        merge_crawl(NOTHING, CrawlResult((), (), ()), MONDAY)


@proves("The listing loses its dates", theme=Theme.FETCHING, does="holds it back for a person")
def test_a_walk_without_dates_is_held_back(walked):
    undated = {
        "/provider/*": Fault(edited(r", +(pdf|PDF) - [^<]*(</span>.*?)<time pubdate>[^<]*", r"\2<time>"))
    }
    with pytest.raises(ListingError, match="a date for only 0 of 20 publications"):
        merge_crawl(NOTHING, walked(many(), undated), MONDAY)


@proves(
    "A report is dated in the future by a slip",
    theme=Theme.TIME,
    does="takes it for undated, by the year of its inspection, and warns",
)
def test_a_day_that_is_to_come_is_no_day_of_publication(walked):
    slip = [many()[0] | {"published": "2062-01-02", "inspected": "2019-12-01"}, *many()[1:]]
    table, years, [note] = merge_crawl(NOTHING, walked(slip), MONDAY)
    assert note == "50000000 of 80400 is dated 2062-01-02, which is to come: taken for undated"
    assert rows_of(table)["50000000"]["published"] is None
    assert years == {2019, 2020}


@pytest.mark.parametrize(
    ("published", "inspected", "year"),
    [(date(2022, 2, 11), date(2021, 12, 6), 2022), (None, date(2021, 12, 6), 2021), (None, None, 2026)],
)
def test_publication_year(published, inspected, year):
    row = {"published": published, "listed_inspection_date": inspected, "first_seen": MONDAY}
    assert publication_year(row) == year


def test_a_table_read_back_from_parquet_is_no_news(walked, tmp_path):
    table, *_ = merge_crawl(NOTHING, walked(), MONDAY)
    pq.write_table(table, tmp_path / "publications.parquet")
    stored = pq.read_table(tmp_path / "publications.parquet", schema=SCHEMA)
    assert isinstance(stored, pa.Table)
    assert merge_crawl(stored, walked(), TUESDAY)[:2] == (stored, frozenset())
