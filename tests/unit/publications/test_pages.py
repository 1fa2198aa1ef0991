"""``read_search`` and ``read_provider`` on pages in the markup of the real site."""

import re
import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from assets.publications.client import LIVE_SITE_URL
from assets.publications.pages import (
    Authority,
    Oddity,
    PageChangedError,
    Publication,
    read_provider,
    read_search,
)
from assets.schema.sanitize import sanitize_text
from tests.support.fault_table import Theme, proves

SEARCH = "https://reports.ofsted.gov.uk/search?q="
PROVIDER = "https://reports.ofsted.gov.uk/provider/44/80442"


def result(name="Authority ", href="/provider/44/80442", info="<li>URN: <strong>80442</strong></li>"):
    return f"""<li class="search-result"><h3 class="search-result__title"><a href="{href}">{name}</a></h3>
      <ul class="search-result__provider-info"><li>Rating: <strong>Good</strong></li>{info}</ul></li>"""


def search(*results, count="1", next_link=""):
    number = f'<strong class="results-count js-results-count">{count}</strong>'
    return f'{number}<ul class="results-list">{"".join(results)}</ul>{next_link}{number}'.encode()


def event(
    title="Children&#039;s services inspection",
    spoken="Children&#039;s services inspection, pdf - 11 February 2022",
    href="https://files.ofsted.gov.uk/v1/file/50177343",
    inspected='<p class="timeline__date"><time>6 December 2021</time></p>',
    published="11 February 2022",
):
    return f"""<div class="event">{inspected}
      <span class="event__title heading--sub"><a class="publication-link" target="_blank" href="{href}">
        {title}   <span class="nonvisual">{spoken}</span></a>
        <div class="event__metadata"><span class="filetype">PDF</span> &ndash; Published
          <time pubdate>{published}</time></div></span>
    </div>"""


def provider(*days):
    return f"""<h1 class="title-block__heading">Poole &amp; Dorset </h1>
      <p class="title-block__subheading">URN: 80442</p>
      <ol class="timeline">{"".join(days)}</ol>""".encode()


def day(inner, kind=""):
    return f'<li class="timeline__day {kind}">{inner}</li>'


def only(html):
    (publication,) = read_provider(html, PROVIDER).publications
    return publication


def test_search_page():
    next_link = '<a class="pagination__next" href="/search?q=&amp;start=100">Next</a>'
    page = read_search(search(result("Poole &amp; Dorset "), count="1,153", next_link=next_link), SEARCH)
    assert page.count == 1153
    assert page.authorities == (Authority(80442, "Poole & Dorset", PROVIDER),)
    assert page.next_url == "https://reports.ofsted.gov.uk/search?q=&start=100"


def test_search_without_results_counts_none():
    page = read_search(search(count="0"), SEARCH)
    assert (page.count, page.authorities, page.next_url) == (0, (), None)


@pytest.mark.parametrize(
    ("result_html", "urn"),
    [
        (result(info=""), 80442),
        (result(href="/provider/44/825"), 80442),
        (result(href="http://reports.ofsted.gov.uk/provider/44/80442/"), 80442),
        (
            result(info="<li>Latest report: <strong>x</strong></li><li> urn : <strong> 80501</strong></li>"),
            80501,
        ),
    ],
)
def test_urn_from_label_else_from_url(result_html, urn):
    assert read_search(search(result_html), SEARCH).authorities[0].urn == urn


@pytest.mark.parametrize(
    ("html", "selector"),
    [
        (b"<html><body>Down for maintenance</body></html>", "strong.results-count"),
        (search(result(), count="many"), "strong.results-count"),
        (search(result().replace('"search-result"', '"result"')), "li.search-result"),
    ],
)
def test_changed_search_page_names_selector_and_url(html, selector):
    with pytest.raises(PageChangedError) as error:
        read_search(html, SEARCH)
    assert SEARCH in str(error.value)
    assert selector in str(error.value)


@pytest.mark.parametrize(
    ("odd", "address"),
    [
        (result(href="/provider/1/SC023666"), "https://reports.ofsted.gov.uk/provider/1/SC023666"),
        (result(href="/provider/44/../../etc"), "https://reports.ofsted.gov.uk/etc"),
        (
            result(href="https://elsewhere.example/provider/44/80442"),
            "https://elsewhere.example/provider/44/80442",
        ),
        (result(info="<li>URN: <strong>SC1</strong></li>"), PROVIDER),
        (result().replace("<a href", "<b id"), ""),
    ],
)
def test_odd_search_result_is_recorded(odd, address):
    page = read_search(search(result(name="Poole", href="/provider/44/80433", info=""), odd, count=2), SEARCH)
    assert [authority.urn for authority in page.authorities] == [80433]
    [oddity] = page.oddities
    assert (oddity.reason, oddity.address) == ("unusual_urn", address)
    assert "Authority" in oddity.text


def test_provider_page():
    page = read_provider(provider(day(event())), PROVIDER)
    assert (page.urn, page.name) == (80442, "Poole & Dorset")
    assert page.publications == (
        Publication(
            report_id="50177343",
            title="Children's services inspection",
            published=date(2022, 2, 11),
            listed_inspection_date=date(2021, 12, 6),
            url="https://files.ofsted.gov.uk/v1/file/50177343",
        ),
    )


def test_archived_events_and_events_without_link():
    archive = f'<details><ol class="timeline__archive"><li>{event(href="https://files.ofsted.gov.uk/v1/file/50000001")}</li></ol></details>'
    opened = '<div class="event"><p class="timeline__date">1 April 1996</p><span>Opened</span></div>'
    html = provider(
        day(opened, "timeline__day--opened"), day(event()), day(archive, "timeline__day--has-archive")
    )
    assert [publication.report_id for publication in read_provider(html, PROVIDER).publications] == [
        "50177343",
        "50000001",
    ]


def test_authority_without_reports():
    assert (
        read_provider(provider(day("Registered", "timeline__day--registered")), PROVIDER).publications == ()
    )


def test_dates_are_read_from_their_own_event():
    first = event(inspected="")
    second = event(
        href="https://files.ofsted.gov.uk/v1/file/5000002",
        spoken="no date",
        published="1 March 2014",
        inspected='<p class="timeline__date">3 Feb 2014</p>',
    )
    one, other = read_provider(provider(day(first + second), day(event())), PROVIDER).publications[:2]
    assert one.published == date(2022, 2, 11)
    assert (other.published, other.listed_inspection_date) == (date(2014, 3, 1), date(2014, 2, 3))


@pytest.mark.parametrize(
    ("spoken", "published"),
    [
        ("Children's services inspection, PDF - 11 February 2022", date(2022, 2, 11)),
        ("Children's services inspection,  pdf - 19  November 2013 ", date(2013, 11, 19)),
        ("Joint area review - progress inspection, pdf - 1 Mar 2010", date(2010, 3, 1)),
        ("Inspection, pdf - as one says, pdf - 3 June 2015", date(2015, 6, 3)),
    ],
)
def test_publication_date_in_link_text(spoken, published):
    assert only(provider(day(event(spoken=spoken, published="")))).published == published


def test_title_with_a_dash_only_in_link_text():
    html = provider(
        day(event(title="", spoken="Joint area review - progress inspection, pdf - 1 March 2010"))
    )
    assert only(html).title == "Joint area review - progress inspection"


def test_missing_dates_are_none():
    publication = only(provider(day(event(spoken="", published="", inspected=""))))
    assert (publication.published, publication.listed_inspection_date) == (None, None)


@pytest.mark.parametrize(
    "host", ["https://files.ofsted.gov.uk", "https://files.api.ofsted.gov.uk", "http://files.ofsted.gov.uk"]
)
@pytest.mark.parametrize("report_id", ["5017734", "50177343"])
def test_all_file_hosts_yield_the_same_url(host, report_id):
    publication = only(provider(day(event(href=f" {host}/v1/file/{report_id}"))))
    assert (publication.report_id, publication.url) == (
        report_id,
        f"https://files.ofsted.gov.uk/v1/file/{report_id}",
    )


def test_link_without_its_class_is_found():
    assert only(provider(day(event())).replace(b"publication-link", b"link")).report_id == "50177343"


def test_page_without_any_landmark_is_rejected():
    html = provider(day(event())).replace(b"title-block", b"x").replace(b'"timeline"', b'"x"')
    with pytest.raises(PageChangedError, match=r"/80442 has changed: it has no h1.*ol\.timeline$"):
        read_provider(html, PROVIDER)


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        (b"title-block__heading", b"x", "h1.title-block__heading"),
        (b"title-block__subheading", b"x", "p.title-block__subheading"),
        (b"URN: 80442", b"80442", "URN in p.title-block__subheading"),
        (b'"timeline"', b'"x"', "ol.timeline"),
    ],
)
def test_page_with_some_landmarks_is_read(old, new, missing):
    page = read_provider(provider(day(event())).replace(old, new), PROVIDER)
    assert [publication.report_id for publication in page.publications] == ["50177343"]
    assert page.oddities == (Oddity("incomplete_page", text=missing),)


@pytest.mark.parametrize("end", [b"", b"</body></html>"])
def test_page_that_is_cut_off_is_rejected(end):
    html = provider(day(event()), day(event())) + end
    assert len(read_provider(html, PROVIDER).publications) == 2
    for length in range(html.index(b"<li"), html.index(b"</ol>"), 50):
        with pytest.raises(PageChangedError, match="is cut off"):
            read_provider(html[:length], PROVIDER)


FILES = "https://files.ofsted.gov.uk"


@pytest.mark.parametrize(
    ("href", "reason", "report_id"),
    [
        (f"{FILES}/v1/file/50000001?x=1", "unusual_address", "50000001"),
        (f"{FILES}/v1/file/50000001#page=2", "unusual_address", "50000001"),
        (f"{FILES}/v1/file/50000001.pdf", "unusual_address", "50000001"),
        ("/provider/files/875315/urn/80442.pdf", "old_address", None),
        (f"{FILES}/v1/file/../../x", "unknown_address", None),
        (f"{FILES}/v1/file/12345", "unknown_address", None),
        (f"{FILES}/v1/file/1234567890123", "unknown_address", None),
        (f"{FILES}/v1/file/٥٠١٧٧٣٤", "unknown_address", None),
        ("../../50177343", "unknown_address", None),
        ("", "unknown_address", None),
        ("http://[", "unknown_address", None),
        ("//[::1]:x/v1/file/50177343", "other_host", None),
        ("file:///etc/passwd", "unknown_address", None),
        ("javascript:alert(1)", "unknown_address", None),
        ("https://files.ofsted.gov.uk.example/v1/file/50177343", "other_host", None),
        ("https://www.gov.uk/government/publications/letter", "other_host", None),
    ],
)
def test_odd_link_costs_no_other_report(href, reason, report_id):
    html = provider(day(event(href=f"{FILES}/v1/file/50000009")), day(event(href=href)), day(event()))
    page = read_provider(html, PROVIDER)
    listed = ["50000009", *([report_id] if report_id else []), "50177343"]
    assert [publication.report_id for publication in page.publications] == listed
    assert {publication.url for publication in page.publications} == {f"{FILES}/v1/file/{i}" for i in listed}
    [oddity] = page.oddities
    assert (oddity.reason, oddity.report_id) == (reason, report_id)
    assert oddity.text == "Children's services inspection"


def test_links_to_other_pages_are_not_oddities():
    successor = '<a href="/provider/44/2532287">Successor</a> <a href="#top">Top</a> <a href="/help">Help</a>'
    page = read_provider(provider(day(successor), day(event())), PROVIDER)
    assert (len(page.publications), page.oddities) == (1, ())


@pytest.mark.parametrize(
    "text",
    ["11 Febuary 2022", "11/02/2022", "31 February 2022", "6 to 10 December 2021", "11 February 20222"],
)
def test_report_with_unreadable_date_is_listed_without_it(text):
    html = provider(
        day(
            event(
                spoken=f"Children's services inspection, pdf - {text}",
                published=text,
                inspected=f'<p class="timeline__date">{text}</p>',
            )
        )
    )
    page = read_provider(html, PROVIDER)
    [publication] = page.publications
    assert (publication.title, publication.report_id) == ("Children's services inspection", "50177343")
    assert (publication.published, publication.listed_inspection_date) == (None, None)
    assert [(oddity.reason, oddity.text) for oddity in page.oddities] == [
        ("unreadable_publication_date", text),
        ("unreadable_inspection_date", text),
    ]


def test_second_statement_of_the_publication_date_is_used():
    page = read_provider(provider(day(event(spoken="Inspection, pdf - 11 Febuary 2022"))), PROVIDER)
    assert page.publications[0].published == date(2022, 2, 11)
    assert [oddity.text for oddity in page.oddities] == ["11 Febuary 2022"]


def test_report_without_a_title_is_listed():
    page = read_provider(provider(day(event(title="", spoken=""))), PROVIDER)
    assert [publication.title for publication in page.publications] == ["(no title)"]
    assert [(oddity.reason, oddity.report_id) for oddity in page.oddities] == [("no_title", "50177343")]


@pytest.mark.parametrize("spoken", ["Children's services inspection, pdf - 11 February 2022", "no date"])
def test_title_without_the_grade_date_and_type_inside_the_link(spoken):
    title = (
        "Children's services inspection<span class='rating'>: Good</span> <time>11 February 2022</time>"
        '<span class="filetype">PDF</span>'
    )
    assert only(provider(day(event(title=title, spoken=spoken)))).title == "Children's services inspection"


@pytest.mark.parametrize("base", ["http://mirror.example:8080", "https://mirror.example:8080", ""])
def test_links_to_the_own_host_of_a_mirror(base):
    mirror = "http://mirror.example:8080"
    html = provider(day(event(href=f"{base}/v1/file/50177343")))
    page = read_provider(html, PROVIDER, mirror)
    assert (page.publications[0].url, page.oddities) == (f"{FILES}/v1/file/50177343", ())
    next_link = f'<a class="pagination__next" href="{base}/search?q=&amp;start=100">Next</a>'
    html = search(result(href=f"{base}/provider/44/80442"), next_link=next_link)
    found = read_search(html, SEARCH, mirror)
    assert found.authorities[0].url == PROVIDER
    assert found.next_url == f"{LIVE_SITE_URL}/search?q=&start=100"


@given(st.dates(min_value=date(1990, 1, 1)), st.dates(min_value=date(1990, 1, 1)))
def test_every_date_is_parsed(published, inspected):
    written = [f"{date.day} {date:%B} {date.year}" for date in (published, inspected)]
    html = provider(
        day(event(spoken=f"T, pdf - {written[0]}", inspected=f'<p class="timeline__date">{written[1]}</p>'))
    )
    assert (only(html).published, only(html).listed_inspection_date) == (published, inspected)


#: A valid page for each parser, to be damaged at random.
VALID_PAGES = {
    read_search: search(
        result(), result("Poole"), count="2", next_link='<a class="pagination__next" href="/">'
    ),
    read_provider: provider(day(event()), day(event(published="12 May 2020"), kind="archived")),
}
ODD = ("<", ">", '"', "<div>" * 3000, "</ol>", "http://[", "//[::1]:x/", "../../etc/passwd", "9" * 5000)
ODDER = (
    "31 February 2022",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "<script>alert(1)</script>",
    "=1+1",
    "'; DROP TABLE x",
)
HOSTILE = st.text(max_size=12) | st.sampled_from(ODD + ODDER)


@pytest.mark.slow
@given(st.sampled_from(list(VALID_PAGES)), st.data())
@settings(max_examples=200)
@proves(
    "A page of the site with arbitrary content",
    theme=Theme.HOSTILE,
    does="parses it, or raises an error of one sentence; URLs that are requested and ids that name files"
    " keep their valid form",
)
def test_damaged_pages_are_parsed_or_rejected(read, data):
    html = VALID_PAGES[read].decode()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(html)))
        end = start + data.draw(st.integers(0, 60))
        html = html[:start] + data.draw(HOSTILE) + html[end:]
    with suppress(PageChangedError):
        _check_forms(read(html.encode("utf-8", "replace"), PROVIDER))


def _check_forms(page):
    for publication in getattr(page, "publications", ()):
        assert re.fullmatch(r"[0-9]{6,12}", publication.report_id)
        assert publication.url == f"https://files.ofsted.gov.uk/v1/file/{publication.report_id}"
        assert sanitize_text(publication.title) == publication.title != ""
    for authority in getattr(page, "authorities", ()):
        assert re.fullmatch(re.escape(LIVE_SITE_URL) + "/provider/[0-9]+/[0-9]{3,9}", authority.url)


def test_deeply_nested_page_is_rejected():
    with pytest.raises(PageChangedError):
        read_provider(b"<div>" * 20_000, PROVIDER)


def test_very_long_count_is_rejected():
    with pytest.raises(PageChangedError, match=r"strong\.results-count with a number"):
        read_search(search(result(), count="9" * 5000), SEARCH)


words = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u00ad"), min_size=1)


@given(st.lists(words, min_size=1, max_size=4))
def test_titles_are_single_spaced(parts):
    title = unicodedata.normalize("NFC", " ".join(parts))
    html = provider(
        day(event(title=escape("  ".join(parts)), spoken=escape(f"{'  '.join(parts)}, pdf - 1 March 2010")))
    )
    publication = only(html)
    assert (publication.title, publication.published) == (title, date(2010, 3, 1))
