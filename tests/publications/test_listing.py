"""The walk over a replica, and what walks make of the table."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.publications.listing import SCHEMA, SEARCH, ListingError, Walk, merge, publication_year, walk
from assets.publications.pages import PageChanged
from assets.publications.site import Forbidden, Site, Unavailable
from tests.replica import Fault, folders, serve
from tests.replica.faults import edited, status

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

    def walk_of(rows=ROWS, faults=None, most_rows=100):
        folder = folders.write(tmp_path / "site", [row | {"path": ""} for row in rows])
        with serve(folder, faults, most_rows=most_rows) as replica, Site(replica.url, quick) as site:
            found = walk(site)
        walk_of.paths = replica.paths()
        return found

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


@pytest.mark.parametrize("most_rows", [1, 2, 3])
def test_every_page_of_the_search_is_read(walked, most_rows):
    assert walked(most_rows=most_rows) == walked()


@pytest.mark.parametrize(
    ("effect", "numbers"),
    [
        (edited(r'(results-count">)\d+', r"\g<1>153"), "counts 153 authorities but lists 4"),
        (edited("pagination__next", "pagination__further"), "counts 4 authorities but lists 2"),
        (edited(r'href="/search[^"]*', f'href="{SEARCH}'), "counts 4 authorities but lists 2"),
    ],
    ids=["wrong count", "capped", "next page leads back"],
)
def test_a_shortfall_names_both_numbers(walked, effect, numbers):
    with pytest.raises(ListingError, match=numbers):
        walked(faults={"/search*": Fault(effect, times=2 if "153" in numbers else 1)}, most_rows=2)


def test_an_empty_search_is_an_error(walked):
    nothing = {"/search*": Fault(edited(r'(results-count">)\d+(.*?)<ul.*</ul>', r"\g<1>0\2"))}
    with pytest.raises(ListingError, match="no authority at all"):
        walked(faults=nothing)


def test_a_search_page_that_changed_is_named(walked):
    with pytest.raises(PageChanged, match="results-count") as error:
        walked(faults={"/search*": Fault(edited("results-count", "count"))})
    assert SEARCH in str(error.value)


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


def test_forbidden_stops_the_walk(walked):
    with pytest.raises(Forbidden):
        walked(faults={"/provider/44/80600": Fault(status(403))})


def test_a_search_that_is_down_stops_the_walk(walked):
    with pytest.raises(Unavailable):
        walked(faults={"/search*": Fault(status(502))})


def test_a_report_on_two_pages_keeps_the_row_of_the_lowest_urn(walked):
    found = walked((*ROWS, ROWS[0] | {"urn": "80300", "name": "Partner"}))
    assert [row["urn"] for row in found.rows if row["report_id"] == "50000001"] == [80300]
    assert "50000001 is listed by 80500 too; the row of 80300 is kept" in found.notes


def rows_of(table):
    return {row["report_id"]: row for row in table.to_pylist()}


def test_the_first_walk_fills_the_table(walked):
    table, years = merge(None, walked(), MONDAY)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table["report_id"].to_pylist() == sorted(row["file_id"] for row in ROWS)
    assert years == {2010, 2015, 2018, 2020, 2022}
    assert {(row["first_seen"], row["last_seen"], row["is_listed"]) for row in table.to_pylist()} == {
        (MONDAY, MONDAY, True)
    }


def test_no_news_leaves_the_table_as_it_is(walked):
    table, _ = merge(None, walked(), MONDAY)
    again, years = merge(table, walked(), TUESDAY)
    assert again is table
    assert years == set()


def test_news_changes_its_own_year_only(walked):
    table, _ = merge(None, walked(), MONDAY)
    table, years = merge(
        table,
        walked((*ROWS, folders.row(80400, "5900000", name="Zedshire", published="2026-09-08"))),
        TUESDAY,
    )
    assert years == {2026}
    rows = rows_of(table)
    assert (rows["5900000"]["first_seen"], rows["5900000"]["last_seen"]) == (TUESDAY, TUESDAY)
    assert (rows["50000001"]["first_seen"], rows["50000001"]["last_seen"]) == (MONDAY, TUESDAY)
    assert table["report_id"].to_pylist() == sorted(rows)


def many(count=20):
    return [
        folders.row(80400, f"5000{number:04}", published="2020-01-02", inspected="")
        for number in range(count)
    ]


def test_a_withdrawn_report_keeps_its_row_and_may_come_back(walked):
    table, _ = merge(None, walked(many()), MONDAY)
    table, years = merge(table, walked(many()[1:]), TUESDAY)
    withdrawn = rows_of(table)["50000000"]
    assert years == {2020}
    assert (withdrawn["is_listed"], withdrawn["first_seen"], withdrawn["last_seen"]) == (
        False,
        MONDAY,
        MONDAY,
    )
    assert merge(table, walked(many()[1:]), WEDNESDAY)[0] is table
    table, years = merge(table, walked(many()), WEDNESDAY)
    back = rows_of(table)["50000000"]
    assert years == {2020}
    assert (back["is_listed"], back["first_seen"], back["last_seen"]) == (True, MONDAY, WEDNESDAY)


def test_a_new_date_changes_the_year_it_leaves_and_the_one_it_comes_to(walked):
    table, _ = merge(None, walked(many()), MONDAY)
    moved = [many()[0] | {"published": "2021-01-02"}, *many()[1:]]
    assert merge(table, walked(moved), TUESDAY)[1] == {2020, 2021}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (many(20), many(17), "only 17 publications where it listed 20"),
        (ROWS, ROWS[:4], "only 3 authorities with reports where it listed 4"),
    ],
)
def test_a_walk_that_finds_too_little_is_held_back(walked, before, now, reason):
    table, _ = merge(None, walked(before), MONDAY)
    with pytest.raises(ListingError, match=reason):
        merge(table, walked(now), TUESDAY)


def test_a_walk_that_finds_nothing_is_held_back():
    with pytest.raises(ListingError, match="no publication at all"):
        merge(None, Walk((), (), ()), MONDAY)


def test_a_walk_without_dates_is_held_back(walked):
    undated = {
        "/provider/*": Fault(edited(r", +(pdf|PDF) - [^<]*(</span>.*?)<time pubdate>[^<]*", r"\2<time>"))
    }
    with pytest.raises(ListingError, match="a date for only 0 of 20 publications"):
        merge(None, walked(many(), undated), MONDAY)


@pytest.mark.parametrize(
    ("published", "inspected", "year"),
    [(date(2022, 2, 11), date(2021, 12, 6), 2022), (None, date(2021, 12, 6), 2021), (None, None, 2026)],
)
def test_publication_year(published, inspected, year):
    row = {"published": published, "listed_inspection_date": inspected, "first_seen": MONDAY}
    assert publication_year(row) == year


def test_a_table_read_back_from_parquet_is_no_news(walked, tmp_path):
    table, _ = merge(None, walked(), MONDAY)
    pq.write_table(table, tmp_path / "publications.parquet")
    stored = pq.read_table(tmp_path / "publications.parquet", schema=SCHEMA)
    assert isinstance(stored, pa.Table)
    assert merge(stored, walked(), TUESDAY) == (stored, frozenset())
