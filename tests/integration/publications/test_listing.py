"""``merge_crawl``: what successive crawls make of the table ``publications``."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.publications.client import LIVE_SITE_URL
from assets.publications.crawler import CrawlResult, ListingError
from assets.publications.issues import current_issues
from assets.publications.listing import FIRST_YEAR, SCHEMA, merge_crawl, publication_year
from assets.schema.tables import TABLES
from tests.integration.publications.conftest import ROWS, WITHOUT_LANDMARKS, authorities, listing_fault
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import edited, other, status, truncated
from tests.support.fault_table import Theme, proves

EMPTY = SCHEMA.empty_table()
MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 9, day, 6) for day in (7, 8, 9))


TIMES = ("first_seen", "last_seen", "changed_at")


def rows_of(table):
    return {row["report_id"]: row for row in table.to_pylist()}


def test_first_crawl_fills_the_table(crawl_site):
    table, years, _ = merge_crawl(EMPTY, crawl_site(), MONDAY)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table["report_id"].to_pylist() == sorted(row["file_id"] for row in ROWS)
    assert years == {2010, 2015, 2018, 2020, 2022}
    assert {tuple(row[name] for name in TIMES) for row in table.to_pylist()} == {(MONDAY, MONDAY, MONDAY)}
    assert set(table["is_listed"].to_pylist()) == {True}


def test_crawl_without_changes_returns_the_same_table(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(), MONDAY)
    again, years, _ = merge_crawl(table, crawl_site(), TUESDAY)
    assert again is table
    assert years == set()


def test_new_report_changes_only_its_year(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(), MONDAY)
    table, years, _ = merge_crawl(
        table,
        crawl_site((*ROWS, folders.row(80400, "5900000", name="Zedshire", published="2026-09-08"))),
        TUESDAY,
    )
    assert years == {2026}
    rows = rows_of(table)
    assert [rows["5900000"][name] for name in TIMES] == [TUESDAY, TUESDAY, TUESDAY]
    assert [rows["50000001"][name] for name in TIMES] == [MONDAY, TUESDAY, MONDAY]
    assert table["report_id"].to_pylist() == sorted(rows)


def reports(count=20):
    """Return rows for a number of reports of one authority."""
    return [
        folders.row(80400, f"5000{number:04}", published="2020-01-02", inspected="")
        for number in range(count)
    ]


def test_delisted_report_keeps_its_row_and_can_be_relisted(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(reports()), MONDAY)
    table, years, _ = merge_crawl(table, crawl_site(reports()[1:]), TUESDAY)
    delisted = rows_of(table)["50000000"]
    assert years == {2020}
    assert (delisted["is_listed"], *(delisted[name] for name in TIMES)) == (False, MONDAY, MONDAY, TUESDAY)
    assert merge_crawl(table, crawl_site(reports()[1:]), WEDNESDAY)[0] is table
    table, years, _ = merge_crawl(table, crawl_site(reports()), WEDNESDAY)
    relisted = rows_of(table)["50000000"]
    assert years == {2020}
    assert (relisted["is_listed"], *(relisted[name] for name in TIMES)) == (
        True,
        MONDAY,
        WEDNESDAY,
        WEDNESDAY,
    )


def test_changed_date_affects_both_years(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(reports()), MONDAY)
    moved = [reports()[0] | {"published": "2021-01-02"}, *reports()[1:]]
    assert merge_crawl(table, crawl_site(moved), TUESDAY)[1] == {2020, 2021}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (
            reports(20),
            reports(17),
            "only 17 of the 20 publications that it listed before; .* Missing: 50000017 of 80400",
        ),
        (
            ROWS,
            ROWS[:4],
            "only 3 of the 4 authorities with reports that it listed before; .* Missing: 80600",
        ),
    ],
)
def test_crawl_that_finds_too_little_is_rejected(crawl_site, before, now, reason):
    table, *_ = merge_crawl(EMPTY, crawl_site(before), MONDAY)
    with pytest.raises(ListingError, match=reason):
        merge_crawl(table, crawl_site(now), TUESDAY)


@proves(
    "The listing shrinks by more than a tenth",
    theme=Theme.FETCHING,
    does="rejects the crawl with an error that names what is missing; `min_retained_share` accepts it",
)
def test_min_retained_share_accepts_a_smaller_listing(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(reports(20)), MONDAY)
    with pytest.raises(ListingError, match=r"run it once with min_retained_share: 0"):
        merge_crawl(table, crawl_site(reports(5)), TUESDAY)
    table, *_ = merge_crawl(table, crawl_site(reports(5)), TUESDAY, min_retained_share=0)
    assert table["is_listed"].to_pylist() == [True] * 5 + [False] * 15
    assert merge_crawl(table, crawl_site(reports(5)), WEDNESDAY)[0] is table


@proves(
    "Every report has a new number",
    theme=Theme.TIME,
    does="rejects the crawl, since everything that was listed is missing",
)
def test_new_reports_do_not_compensate_for_missing_ones(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(reports(20)), MONDAY)
    renamed = [row | {"file_id": f"6{row['file_id'][1:]}"} for row in reports(20)]
    with pytest.raises(ListingError, match="only 0 of the 20 publications"):
        merge_crawl(table, crawl_site(renamed), TUESDAY)


UNREADABLE = "/provider/44/80503"


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        listing_fault(
            "An authority's page answers 404",
            "keeps its reports as listed, warns, and reads all other pages",
            status(404),
            "answered 404 NOT FOUND",
        ),
        listing_fault(
            "An authority's page is unavailable",
            "keeps its reports as listed, warns, and reads all other pages",
            status(503),
            "answered 503",
        ),
        listing_fault(
            "The markup of an authority's page has changed",
            "keeps its reports as listed, and warns with the selector that matches nothing",
            edited(*WITHOUT_LANDMARKS),
            "has changed: it has no h1.title-block__heading, p.title-block__subheading, ol.timeline",
        ),
        listing_fault(
            "An authority's page is cut off",
            "keeps its reports as listed, and warns",
            truncated(0.7, declared=False),
            "is cut off: its end is missing",
        ),
        listing_fault(
            "A page is answered with another type of file: a PDF, an image",
            "keeps its reports as listed, and warns with the selector that matches nothing",
            other(b"%PDF-1.7\n" + bytes(1000), "application/pdf"),
            "has changed: it has no h1.title-block__heading",
        ),
    ],
)
def test_unreadable_page_keeps_its_publications(crawl_site, effect, reason):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    new_report = folders.row(80500, "59000000", published="2026-09-08")
    crawled = crawl_site([*authorities(), new_report], {UNREADABLE: Fault(effect)})
    assert {f"/provider/44/{80500 + number}" for number in range(12)} <= set(crawl_site.paths)
    table, years, [note] = merge_crawl(table, crawled, TUESDAY)
    assert crawled.unread == {f"{LIVE_SITE_URL}{UNREADABLE}"}
    assert note.startswith("Authority 80503 (80503) could not be read: ")
    assert reason in note
    assert note.endswith("; its publications stay as listed before")
    rows = rows_of(table)
    assert years == {2026}
    assert (rows["52000003"]["is_listed"], rows["52000003"]["last_seen"]) == (True, MONDAY)
    assert (rows["52000004"]["is_listed"], rows["52000004"]["last_seen"]) == (True, TUESDAY)


@proves(
    "An authority's page no longer lists any report",
    theme=Theme.FETCHING,
    does="keeps its reports as listed and warns, until `min_retained_share` accepts the change",
)
def test_empty_page_keeps_its_publications(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    without_links = {UNREADABLE: Fault(edited(r"<a class=\"publication-link.*?</a>", ""))}
    again, _, [note] = merge_crawl(table, crawl_site(authorities(), without_links), TUESDAY)
    assert again is table
    assert note.startswith("Authority 80503 (80503) no longer lists any publication; its publications stay")
    table, *_ = merge_crawl(table, crawl_site(authorities(), without_links), WEDNESDAY, min_retained_share=0)
    assert [row["report_id"] for row in table.to_pylist() if not row["is_listed"]] == ["52000003"]


def authority_rows(*urns):
    """Return rows of the table ``authorities``."""
    return [{"urn": urn, "name": f"Authority {urn}", "official_name": None} for urn in urns]


def renumbered(row, urn=80999, **changes):
    """Return a row of publications.csv under another URN."""
    return row | {"urn": str(urn)} | changes


@proves(
    "The URN and the URL of an authority change",
    theme=Theme.TIME,
    does="recognises it by its reports and its name, keeps its rows under the known URN, and warns",
)
def test_renumbered_authority_is_recognised(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    moved = [*authorities()[:3], renumbered(authorities()[3]), *authorities()[4:]]
    moved.append(renumbered(moved[3], file_id="59000000", published="2026-09-08"))
    known = authority_rows(*range(80500, 80512))
    table, _, [note] = merge_crawl(table, crawl_site(moved), TUESDAY, known)
    assert note == "Authority 80503 (80503) is listed under another URN, 80999: treated as the same authority"
    rows = rows_of(table)
    assert {rows[key]["urn"] for key in ("52000003", "59000000")} == {80503}
    assert rows["52000003"]["first_seen"] == MONDAY
    assert rows["52000003"]["provider_url"] == f"{LIVE_SITE_URL}/provider/44/80999"
    # The URN stays on the following days, and when the reference data has the new URN instead of the old.
    assert merge_crawl(table, crawl_site(moved), WEDNESDAY, known)[0] is table
    table, *_ = merge_crawl(
        table, crawl_site(moved), WEDNESDAY, authority_rows(*range(80500, 80503), *range(80504, 80512), 80999)
    )
    assert {row["urn"] for row in table.to_pylist()} == {*range(80500, 80503), *range(80504, 80512), 80999}


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([renumbered(authorities()[3], name="Elsewhere")], id="another name (a successor)"),
        pytest.param(
            [authorities()[3], renumbered(authorities()[3], name="Authority 80503", file_id="59")],
            id="both are listed",
        ),
        pytest.param(
            [renumbered(row, name="Authority 80503") for row in authorities()[2:4]],
            id="reports of two authorities",
        ),
    ],
)
def test_possible_successor_is_not_treated_as_renumbered(crawl_site, listed):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    listed = [row | {"file_id": row["file_id"].ljust(8, "0")} for row in listed]
    rest = [row for row in authorities() if row["file_id"] not in {row["file_id"] for row in listed}]
    table, *_ = merge_crawl(
        table, crawl_site(rest + listed), TUESDAY, authority_rows(*range(80500, 80512)), min_retained_share=0
    )
    assert 80999 in {row["urn"] for row in table.to_pylist()}


def test_empty_crawl_is_rejected():
    with pytest.raises(ListingError, match=r"lists no publication$"):
        merge_crawl(EMPTY, CrawlResult((), (), ()), MONDAY)


@proves("The listing loses its dates", theme=Theme.FETCHING, does="rejects the crawl")
def test_crawl_without_dates_is_rejected(crawl_site):
    undated = {
        "/provider/*": Fault(edited(r", +(pdf|PDF) - [^<]*(</span>.*?)<time pubdate>[^<]*", r"\2<time>"))
    }
    with pytest.raises(ListingError, match="a date for only 0 of 20 publications"):
        merge_crawl(EMPTY, crawl_site(reports(), undated), MONDAY)


@proves(
    "A publication date lies in the future",
    theme=Theme.TIME,
    does="sets it to null, assigns the report to the year of its inspection, and warns",
)
def test_future_publication_date_is_set_to_null(crawl_site):
    future = [reports()[0] | {"published": "2062-01-02", "inspected": "2019-12-01"}, *reports()[1:]]
    table, years, [note] = merge_crawl(EMPTY, crawl_site(future), MONDAY)
    assert note == (
        "50000000 of 80400 has the publication date 2062-01-02, in the future: stored without a date"
    )
    assert rows_of(table)["50000000"]["published"] is None
    assert years == {2019, 2020}


@pytest.mark.parametrize(
    ("published", "inspected", "year"),
    [(date(2022, 2, 11), date(2021, 12, 6), 2022), (None, date(2021, 12, 6), 2021), (None, None, 2026)],
)
def test_publication_year(published, inspected, year):
    row = {"published": published, "listed_inspection_date": inspected, "first_seen": MONDAY}
    assert publication_year(row) == year


def test_table_read_from_parquet_counts_as_unchanged(crawl_site, tmp_path):
    table, *_ = merge_crawl(EMPTY, crawl_site(), MONDAY)
    pq.write_table(table, tmp_path / "publications.parquet")
    stored = pq.read_table(tmp_path / "publications.parquet", schema=SCHEMA)
    assert isinstance(stored, pa.Table)
    assert merge_crawl(stored, crawl_site(), TUESDAY)[:2] == (stored, frozenset())


# --- listing_issues -----------------------------------------------------------------------------------------

NO_ISSUES = TABLES["listing_issues"].schema.empty_table()
ODD_LINK = edited(r"(<a class=.publication-link[^>]*href=.)[^\"]*", r"\1https://www.gov.uk/letter")
ALL_URNS = frozenset(range(80500, 80512))


def issues_after(previous, crawled, publications, known=ALL_URNS, now=MONDAY):
    """Return the keys of ``listing_issues`` after a crawl, and the table."""
    table = current_issues(previous, crawled, publications, known, now)
    return [(row["urn"], row["reason"], row["text"]) for row in table.to_pylist()], table


def test_issues_of_an_unread_page_are_kept(crawl_site):
    crawled = crawl_site(authorities(), {UNREADABLE: Fault(ODD_LINK)})
    publications, *_ = merge_crawl(EMPTY, crawled, MONDAY)
    found, table = issues_after(NO_ISSUES, crawled, publications)
    assert found == [(80503, "other_host", "Children's services inspection")]
    unread = crawl_site(authorities(), {UNREADABLE: Fault(status(404))})
    assert issues_after(table, unread, publications)[0] == found
    assert issues_after(table, crawl_site(authorities()), publications)[0] == []


def test_renumbered_authority_is_not_unknown(crawl_site):
    publications, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    moved = [*authorities()[:3], renumbered(authorities()[3]), *authorities()[4:]]
    crawled = crawl_site(moved)
    publications, *_ = merge_crawl(publications, crawled, TUESDAY, authority_rows(*ALL_URNS))
    assert issues_after(NO_ISSUES, crawled, publications)[0] == []


def test_unknown_authority_is_named_as_long_as_it_has_publications(crawl_site):
    crawled = crawl_site(authorities())
    publications, *_ = merge_crawl(EMPTY, crawled, MONDAY)
    known = ALL_URNS - {80505}
    found, table = issues_after(NO_ISSUES, crawled, publications, known)
    assert found == [(80505, "unknown_authority", "Authority 80505")]
    without = crawl_site([row for row in authorities() if row["urn"] != "80505"])
    assert issues_after(table, without, publications, known)[0] == found
    assert issues_after(NO_ISSUES, without, publications, known)[0] == [
        (80505, "unknown_authority", "URN 80505")
    ]
    assert issues_after(table, without, publications)[0] == []


def test_closed_authorities_are_kept_if_their_search_fails(crawl_site):
    closed = [row | {"authority_status": "closed"} for row in authorities()[:4]]
    rows = [*closed, *authorities()[4:]]
    table, *_ = merge_crawl(EMPTY, crawl_site(rows), MONDAY)
    crawled = crawl_site(rows, {"/search*status*": Fault(status(404))})
    again, _, [note] = merge_crawl(table, crawled, TUESDAY)
    assert again is table
    assert note.startswith("The closed authorities could not be read")


def test_unreadable_dates_of_known_reports_are_rejected(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), MONDAY)
    odd = {f"/provider/44/8050{n}": Fault(edited("2 January 2020", "2/1/2020")) for n in range(3)}
    with pytest.raises(ListingError, match="only 9 of the 12 publications with a date"):
        merge_crawl(table, crawl_site(authorities(), odd), TUESDAY)
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities(), odd), TUESDAY)
    assert table["published"].null_count == 3


def test_report_before_the_first_year_is_assigned_to_it(crawl_site):
    rows = [authorities()[0] | {"published": "2001-02-03", "inspected": ""}, *authorities()[1:]]
    crawled = crawl_site(rows)
    table, years, _ = merge_crawl(EMPTY, crawled, MONDAY)
    assert years == {FIRST_YEAR, 2020}
    assert rows_of(table)["52000000"]["published"] == date(2001, 2, 3)
    assert issues_after(NO_ISSUES, crawled, table)[0] == [(80500, "before_first_year", "2001-02-03")]


@proves(
    "The listing has times in the future, written by a wrong clock",
    theme=Theme.TIME,
    does="replaces them by the time of the next crawl",
)
def test_times_in_the_future_are_replaced(crawl_site):
    table, *_ = merge_crawl(EMPTY, crawl_site(authorities()), datetime(2036, 1, 1))
    table, *_ = merge_crawl(table, crawl_site(authorities()), MONDAY)
    assert {tuple(row[name] for name in TIMES) for row in table.to_pylist()} == {(MONDAY, MONDAY, MONDAY)}
    assert merge_crawl(table, crawl_site(authorities()), TUESDAY)[0] is table
