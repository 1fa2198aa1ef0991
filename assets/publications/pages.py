"""The site's pages, read: a search page and a provider's page, and nothing else of the site.

Everything is found by class and label, never by position, because no page was ever promised to us. What a
page must have stands in the calls of ``_one`` and ``_number``: where it is missing the page has changed,
and that is an error which names the selector. A reader never returns less than the page shows.
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
#: What a link says to a screen reader: its title, which may hold ' - ' itself, and the day of publication.
LINK_TEXT_PATTERN = re.compile(r"(?P<title>.*), pdf - (?P<published>.*)", re.IGNORECASE)
DATE_FORMATS = ("%d %B %Y", "%d %b %Y")


class PageChangedError(SiteError):
    """A page lacks what it is read by, or has it in a form never met."""


@dataclass(frozen=True)
class Authority:
    """An authority as the search lists it; ``address`` is its page's."""

    urn: int
    name: str
    address: str


@dataclass(frozen=True)
class SearchPage:
    """One page of the search; ``count`` is of all its pages, ``following`` the next one's address."""

    count: int
    authorities: tuple[Authority, ...]
    following: str | None


@dataclass(frozen=True)
class Publication:
    """A report as an authority's page lists it; ``url`` is the public address of its file."""

    report_id: str
    title: str
    published: date | None
    listed_inspection_date: date | None
    url: str


@dataclass(frozen=True)
class ProviderPage:
    """An authority's page, its publications in the page's order: newest first."""

    urn: int
    name: str
    publications: tuple[Publication, ...]


def read_search(html: bytes, address: str) -> SearchPage:
    """Read a page of search results. Raises PageChanged."""
    page = _Page(html, address)
    count = page.number(page.one("strong.results-count"), r"\b([0-9][0-9,]{0,8})\b", "strong.results-count")
    authorities = tuple(_authority(page, result) for result in page.soup.select("li.search-result"))
    if count and not authorities:
        raise page.changed("li.search-result", f"although it counts {count}")
    following = page.soup.select_one("a.pagination__next[href]")
    return SearchPage(count, authorities, _public(LIVE_SITE_URL, following) if following else None)


def read_provider(html: bytes, address: str) -> ProviderPage:
    """Read an authority's page, its archived events included. Raises PageChanged."""
    page = _Page(html, address)
    name = _text(page.one("h1.title-block__heading"))
    urn = page.number(
        page.one("p.title-block__subheading"), r"URN:? ?([0-9]{3,9})", "p.title-block__subheading"
    )
    # By address as well as by class: a link that lost its class must not vanish.
    page.one("ol.timeline")
    links = page.soup.select("a.publication-link, .timeline a[href*='/file/']")
    return ProviderPage(urn, name, tuple(_publication(page, link) for link in links))


def _authority(page: "_Page", result: Tag) -> Authority:
    link = page.one("h3.search-result__title a[href]", result)
    address = _public(LIVE_SITE_URL, link)
    if not (found := PROVIDER_URL_PATTERN.fullmatch(address)):
        raise page.changed(
            "h3.search-result__title a[href]", f"with an address of a kind never met: {address!r}"
        )
    labels = dict(_labelled(result))
    urn = labels.get("urn", found[1])
    if not re.fullmatch(r"[0-9]{3,9}", urn):
        raise page.changed("ul.search-result__provider-info", f"with a URN of a kind never met: {urn!r}")
    return Authority(int(urn), _text(link), address.rstrip("/"))


def _labelled(result: Tag) -> Iterator[tuple[str, str]]:
    """Yield what stands as ``Label: value`` under a search result, labels in lower case."""
    for item in result.select("ul.search-result__provider-info > li"):
        label, colon, value = _text(item).partition(":")
        if colon:
            yield label.strip().lower(), value.strip()


def _publication(page: "_Page", link: Tag) -> Publication:
    address = _public(page.address, link)
    if not (file := FILE_URL_PATTERN.fullmatch(address)):
        raise page.changed("a.publication-link[href]", f"with an address of a kind never met: {address!r}")
    hidden = link.select_one(".nonvisual")
    spoken = LINK_TEXT_PATTERN.fullmatch(_text(hidden.extract())) if hidden else None
    title = _text(link) or (spoken["title"] if spoken else "")
    if not title:
        raise page.changed("a.publication-link", f"with a title for {address}")
    published = spoken["published"] if spoken else _nearby(link, "time[pubdate]")
    return Publication(
        report_id=file[1],
        title=title,
        published=page.day(published, "a.publication-link .nonvisual"),
        listed_inspection_date=page.day(_nearby(link, ".timeline__date"), "p.timeline__date"),
        url=FILE_URL.format(file[1]),
    )


def _nearby(link: Tag, selector: str) -> str:
    """Return the text nearest around a link, within its own event of the timeline; '' if there is none."""
    for around in link.parents:
        if found := around.select_one(selector):
            return _text(found)
        if around.name == "li":
            break
    return ""


class _Page:
    """A page and where it came from, so that what is missing can be named."""

    def __init__(self, html: bytes, address: str) -> None:
        # Without a word on the encoding a short page's accents are guessed, and guessed wrong.
        self.soup = BeautifulSoup(html, "html.parser", from_encoding="utf-8")
        self.address = address

    def changed(self, selector: str, detail: str = "") -> PageChangedError:
        reason = " ".join(f"has changed: it has no {selector} {detail}".split())
        return PageChangedError(self.address, reason)

    def one(self, selector: str, scope: Tag | None = None) -> Tag:
        if found := (scope or self.soup).select_one(selector):
            return found
        raise self.changed(selector)

    def number(self, tag: Tag, pattern: str, selector: str) -> int:
        if found := re.search(pattern, _text(tag)):
            return int(found[1].replace(",", ""))
        raise self.changed(selector, f"with a number, but {_text(tag)!r}")

    def day(self, text: str, selector: str) -> date | None:
        """Read a day as the site writes it, '6 December 2021'; None where it writes none."""
        if not text:
            return None
        for form in DATE_FORMATS:
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        raise self.changed(selector, f"with a date, but {text!r}")


def _public(base: str, link: Tag) -> str:
    """Return the address a link leads to, as it stands there if it is none; https, as all of the site is."""
    href = str(link.get("href", "")).strip()
    try:
        address = urljoin(base, href)
    except ValueError:
        return href
    return re.sub("^http:", "https:", address)


def _text(tag: Tag) -> str:
    """Return a tag's words, which may hold anything in print."""
    return sanitize_text(tag.get_text())
