"""Parses the site's two kinds of pages: search results and provider pages.

Elements are found by class and label, never by position, because the site does not promise its markup. A
missing required element raises ``PageChangedError``, which names the selector. A parser never returns fewer
items than the page shows. Sending requests belongs in ``client.py``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from assets.publications.client import FILE_HOSTS, LIVE_SITE_URL, SiteError
from assets.schema.sanitize import sanitize_text

FILE_URL = FILE_HOSTS[0] + "/v1/file/{}"
FILE_URL_PATTERN = re.compile(rf"(?:{'|'.join(map(re.escape, FILE_HOSTS))})/v1/file/([0-9]{{6,12}})/?")
PROVIDER_URL_PATTERN = re.compile(re.escape(LIVE_SITE_URL) + r"/provider/[0-9]+/([0-9]{3,9})/?")
#: A link's text for screen readers: the title, which may itself contain ' - ', and the publication date.
LINK_TEXT_PATTERN = re.compile(r"(?P<title>.*), pdf - (?P<published>.*)", re.IGNORECASE)
DATE_FORMATS = ("%d %B %Y", "%d %b %Y")


class PageChangedError(SiteError):
    """A page lacks a required element, or the element has an unknown form."""


@dataclass(frozen=True)
class Authority:
    """An authority in the search results; ``url`` is that of its provider page."""

    urn: int
    name: str
    url: str


@dataclass(frozen=True)
class SearchPage:
    """One page of search results.

    ``count`` is the number of results on all pages; ``next_url`` is None on the last page.
    """

    count: int
    authorities: tuple[Authority, ...]
    next_url: str | None


@dataclass(frozen=True)
class Publication:
    """A report on a provider page; ``url`` is the public URL of its file."""

    report_id: str
    title: str
    published: date | None
    listed_inspection_date: date | None
    url: str


@dataclass(frozen=True)
class ProviderPage:
    """An authority's page, with its publications in the order of the page: newest first."""

    urn: int
    name: str
    publications: tuple[Publication, ...]


def read_search(html: bytes, url: str) -> SearchPage:
    """Parse a page of search results. Raises PageChangedError."""
    page = _Page(html, url)
    count = page.number(page.one("strong.results-count"), r"\b([0-9][0-9,]{0,8})\b", "strong.results-count")
    authorities = tuple(_authority(page, result) for result in page.soup.select("li.search-result"))
    if count and not authorities:
        raise page.missing("li.search-result", f"although it counts {count}")
    next_link = page.soup.select_one("a.pagination__next[href]")
    return SearchPage(count, authorities, _absolute_url(LIVE_SITE_URL, next_link) if next_link else None)


def read_provider(html: bytes, url: str) -> ProviderPage:
    """Parse an authority's page, including the events in its archive. Raises PageChangedError."""
    page = _Page(html, url)
    name = _text(page.one("h1.title-block__heading"))
    urn = page.number(
        page.one("p.title-block__subheading"), r"URN:? ?([0-9]{3,9})", "p.title-block__subheading"
    )
    page.one("ol.timeline")
    # Select by URL as well as by class, so that a link without its class is not lost.
    links = page.soup.select("a.publication-link, .timeline a[href*='/file/']")
    return ProviderPage(urn, name, tuple(_publication(page, link) for link in links))


def _authority(page: "_Page", result: Tag) -> Authority:
    link = page.one("h3.search-result__title a[href]", result)
    url = _absolute_url(LIVE_SITE_URL, link)
    if not (match := PROVIDER_URL_PATTERN.fullmatch(url)):
        raise page.missing("h3.search-result__title a[href]", f"with a known form of URL: {url!r}")
    urn = dict(_labelled_values(result)).get("urn", match[1])
    if not re.fullmatch(r"[0-9]{3,9}", urn):
        raise page.missing("ul.search-result__provider-info", f"with a known form of URN: {urn!r}")
    return Authority(int(urn), _text(link), url.rstrip("/"))


def _labelled_values(result: Tag) -> Iterator[tuple[str, str]]:
    """Yield the ``Label: value`` items of a search result, with labels in lower case."""
    for item in result.select("ul.search-result__provider-info > li"):
        label, colon, value = _text(item).partition(":")
        if colon:
            yield label.strip().lower(), value.strip()


def _publication(page: "_Page", link: Tag) -> Publication:
    url = _absolute_url(page.url, link)
    if not (file := FILE_URL_PATTERN.fullmatch(url)):
        raise page.missing("a.publication-link[href]", f"with a known form of URL: {url!r}")
    hidden = link.select_one(".nonvisual")
    spoken = LINK_TEXT_PATTERN.fullmatch(_text(hidden.extract())) if hidden else None
    title = _text(link) or (spoken["title"] if spoken else "")
    if not title:
        raise page.missing("a.publication-link", f"with a title for {url}")
    published = spoken["published"] if spoken else _text_in_event(link, "time[pubdate]")
    return Publication(
        report_id=file[1],
        title=title,
        published=page.parse_date(published, "a.publication-link .nonvisual"),
        listed_inspection_date=page.parse_date(_text_in_event(link, ".timeline__date"), "p.timeline__date"),
        url=FILE_URL.format(file[1]),
    )


def _text_in_event(link: Tag, selector: str) -> str:
    """Return the text of the nearest matching element in the timeline event of a link; '' if none matches."""
    for ancestor in link.parents:
        if match := ancestor.select_one(selector):
            return _text(match)
        if ancestor.name == "li":
            break
    return ""


class _Page:
    """A parsed page and its URL, which error messages name."""

    def __init__(self, html: bytes, url: str) -> None:
        # Without an explicit encoding, Beautiful Soup guesses wrongly on short pages with accents.
        self.soup = BeautifulSoup(html, "html.parser", from_encoding="utf-8")
        self.url = url

    def missing(self, selector: str, detail: str = "") -> PageChangedError:
        """Return the error for a required element that the page does not have."""
        reason = " ".join(f"has changed: it has no {selector} {detail}".split())
        return PageChangedError(self.url, reason)

    def one(self, selector: str, scope: Tag | None = None) -> Tag:
        """Return the first element that matches. Raises PageChangedError if none does."""
        if match := (scope or self.soup).select_one(selector):
            return match
        raise self.missing(selector)

    def number(self, tag: Tag, pattern: str, selector: str) -> int:
        """Return the number that a pattern's first group matches in a tag's text. Raises PageChangedError."""
        if match := re.search(pattern, _text(tag)):
            return int(match[1].replace(",", ""))
        raise self.missing(selector, f"with a number, but {_text(tag)!r}")

    def parse_date(self, text: str, selector: str) -> date | None:
        """Return a date such as '6 December 2021'; None for an empty text. Raises PageChangedError."""
        if not text:
            return None
        for date_format in DATE_FORMATS:
            try:
                return datetime.strptime(text, date_format).date()
            except ValueError:
                continue
        raise self.missing(selector, f"with a date, but {text!r}")


def _absolute_url(base: str, link: Tag) -> str:
    """Return the absolute https URL of a link, or its ``href`` unchanged if that is not a valid URL."""
    href = str(link.get("href", "")).strip()
    try:
        url = urljoin(base, href)
    except ValueError:
        return href
    return re.sub("^http:", "https:", url)


def _text(tag: Tag) -> str:
    """Return the sanitized text of a tag."""
    return sanitize_text(tag.get_text())
