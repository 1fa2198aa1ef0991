"""Parses the site's two kinds of pages: search results and provider pages.

Elements are found by class and label, never by position, because the site does not promise its markup. What
cannot be used as usual - a link, a date, a title, a search result - becomes an ``Oddity`` next to what was
read, so that one odd link costs no other. A page raises ``PageChangedError`` only if none of its landmarks is
present, or if it is cut off. Sending requests belongs in ``client.py``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from assets.publications.client import FILE_HOSTS, LIVE_SITE_URL, PUBLIC_HOSTS, SiteError
from assets.schema.sanitize import sanitize_text

FILE_URL = FILE_HOSTS[0] + "/v1/file/{}"
_HOSTS = "|".join(map(re.escape, PUBLIC_HOSTS))
FILE_URL_PATTERN = re.compile(rf"(?:{_HOSTS})/v1/file/([0-9]{{6,12}})/?")
#: A file's URL with an addition that does not change which file it names.
UNUSUAL_FILE_URL_PATTERN = re.compile(rf"(?:{_HOSTS})/v1/file/([0-9]{{6,12}})(?:\.pdf|/)?(?:[?#].*)?", re.I)
#: The form of a file's URL before 2018.
OLD_FILE_URL_PATTERN = re.compile(rf"(?:{_HOSTS})/provider/files/[0-9]+/urn/[^/]+\.pdf", re.I)
PROVIDER_URL_PATTERN = re.compile(re.escape(LIVE_SITE_URL) + r"/provider/[0-9]+/([0-9]{3,9})/?")
#: A link's text for screen readers: the title, which may itself contain ' - ', and the publication date.
LINK_TEXT_PATTERN = re.compile(r"(?P<title>.*), pdf(?: - (?P<published>.*))?", re.IGNORECASE)
DATE_FORMATS = ("%d %B %Y", "%d %b %Y")
#: The title of a report whose link shows none.
NO_TITLE = "(no title)"
#: Maximum length of an address or text in an ``Oddity``; the rest is cut off.
MAX_ODDITY_LENGTH = 300

#: The landmarks of an authority's page.
_LANDMARKS = ("h1.title-block__heading", "p.title-block__subheading", "ol.timeline")
#: Parts of a link that are not part of its title.
_NOT_TITLE = ".nonvisual, time, .filetype, [class*=rating], [class*=grade], [class*=metadata]"
#: Links that may lead to a report: by class, by address, and any other link of the timeline.
_LINKS = "a.publication-link, .timeline a[href]"


class PageChangedError(SiteError):
    """A page has none of its landmarks, or is cut off."""


@dataclass(frozen=True)
class Oddity:
    """Something on a page that could not be used as usual; the columns are those of ``listing_issues``."""

    reason: str
    address: str = ""
    text: str = ""
    report_id: str | None = None


@dataclass(frozen=True)
class Authority:
    """An authority in the search results; ``url`` is that of its provider page."""

    urn: int
    name: str
    url: str


@dataclass(frozen=True)
class SearchPage:
    """One page of search results.

    ``count`` is the number of results on all pages; ``next_url`` is None on the last page. ``oddities`` are
    the results that name no authority's page.
    """

    count: int
    authorities: tuple[Authority, ...]
    next_url: str | None
    oddities: tuple[Oddity, ...] = ()


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
    """An authority's page, with its publications in the order of the page: newest first.

    ``urn`` and ``name`` are None if the page does not show them.
    """

    urn: int | None
    name: str | None
    publications: tuple[Publication, ...]
    oddities: tuple[Oddity, ...] = ()


def read_search(html: bytes, url: str, site_url: str = LIVE_SITE_URL) -> SearchPage:
    """Parse a page of search results.

    Args:
        html: The page.
        url: The public URL of the page.
        site_url: The base URL of the site that was read; links to it count as links to the public site.

    Raises:
        PageChangedError: The page has no count, or no results although it counts some.
    """
    page = _Page(html, url, site_url)
    count = page.number(page.one("strong.results-count"), r"\b([0-9][0-9,]{0,8})\b", "strong.results-count")
    results = [_search_result(page, result) for result in page.soup.select("li.search-result")]
    if count and not results:
        raise page.missing("li.search-result", f"although it counts {count}")
    next_link = page.soup.select_one("a.pagination__next[href]")
    return SearchPage(
        count,
        tuple(result for result in results if isinstance(result, Authority)),
        page.absolute_url(next_link) if next_link else None,
        tuple(result for result in results if isinstance(result, Oddity)),
    )


def read_provider(html: bytes, url: str, site_url: str = LIVE_SITE_URL) -> ProviderPage:
    """Parse an authority's page, including the events in its archive.

    Args:
        html: The page.
        url: The public URL of the page.
        site_url: The base URL of the site that was read; links to it count as links to the public site.

    Raises:
        PageChangedError: The page has none of its landmarks, or is cut off.
    """
    page = _Page(html, url, site_url)
    heading, subheading, _ = found = [page.soup.select_one(selector) for selector in _LANDMARKS]
    if not any(found):
        raise page.missing(", ".join(_LANDMARKS))
    if _is_cut_off(html):
        raise PageChangedError(url, "is cut off: its end is missing")
    urn = re.search(r"URN:? ?([0-9]{3,9})\b", _text(subheading)) if subheading else None
    missing = [selector for selector, tag in zip(_LANDMARKS, found, strict=True) if not tag]
    if subheading and not urn:
        missing.append(f"URN in {_LANDMARKS[1]}")
    oddities = [_oddity("incomplete_page", text=selector) for selector in missing]
    publications = []
    for link in page.soup.select(_LINKS):
        publication, link_oddities = _publication(page, link)
        oddities += link_oddities
        if publication:
            publications.append(publication)
    return ProviderPage(
        int(urn[1]) if urn else None,
        _text(heading) if heading else None,
        tuple(publications),
        tuple(dict.fromkeys(oddities)),
    )


def _oddity(reason: str, address: str = "", text: str = "", report_id: str | None = None) -> Oddity:
    return Oddity(reason, _shorten(address), _shorten(text), report_id)


def _shorten(text: str) -> str:
    text = sanitize_text(text)
    return text if len(text) <= MAX_ODDITY_LENGTH else text[: MAX_ODDITY_LENGTH - 2].rstrip() + " …"


def _is_cut_off(html: bytes) -> bool:
    """Return whether the end of a page is missing: the document's, and that of a list opened in it."""
    if re.search(rb"</html\s*>", html, re.IGNORECASE):
        return False
    opened, closed = (len(re.findall(tag, html, re.IGNORECASE)) for tag in (rb"<ol\b", rb"</ol\s*>"))
    return opened == 0 or opened > closed


def _search_result(page: "_Page", result: Tag) -> Authority | Oddity:
    link = result.select_one("h3.search-result__title a[href]") or result.select_one("a[href]")
    if not link:
        return _oddity("unusual_urn", text=_text(result))
    name, url = _text(link), page.absolute_url(link)
    match = PROVIDER_URL_PATTERN.fullmatch(url)
    urn = dict(_labelled_values(result)).get("urn", match[1] if match else "")
    if not match or not re.fullmatch(r"[0-9]{3,9}", urn):
        return _oddity("unusual_urn", url, name)
    return Authority(int(urn), name, url.rstrip("/"))


def _labelled_values(result: Tag) -> Iterator[tuple[str, str]]:
    """Yield the ``Label: value`` items of a search result, with labels in lower case."""
    for item in result.select("ul.search-result__provider-info > li"):
        label, colon, value = _text(item).partition(":")
        if colon:
            yield label.strip().lower(), value.strip()


def _publication(page: "_Page", link: Tag) -> tuple[Publication | None, list[Oddity]]:
    """Return the report that a link leads to, and the oddities of the link; no report if it leads to none."""
    url = page.absolute_url(link)
    hidden = link.select_one(".nonvisual")
    spoken = LINK_TEXT_PATTERN.fullmatch(_text(hidden)) if hidden else None
    title = (spoken["title"].strip() if spoken else "") or _visible_title(link)
    oddities = []
    if not (file := FILE_URL_PATTERN.fullmatch(url)):
        file = UNUSUAL_FILE_URL_PATTERN.fullmatch(url)
        if not file and not _claims_report(link, url):
            return None, []
        oddities.append(
            _oddity("unusual_address" if file else _link_fault(url), url, title, file[1] if file else None)
        )
    if not file:
        return None, oddities
    report_id, address = file[1], FILE_URL.format(file[1])
    if not title:
        oddities.append(_oddity("no_title", address, report_id=report_id))
    dates = []
    for reason, texts in {
        "unreadable_publication_date": (
            (spoken["published"] or "") if spoken else "",
            _text_in_event(link, "time[pubdate]"),
        ),
        "unreadable_inspection_date": (_text_in_event(link, ".timeline__date"),),
    }.items():
        parsed = [(text, _parse_date(text)) for text in texts if text]
        dates.append(next((day for _, day in parsed if day), None))
        oddities += [_oddity(reason, address, text, report_id) for text, day in parsed if not day]
    return Publication(report_id, title or NO_TITLE, dates[0], dates[1], address), oddities


def _visible_title(link: Tag) -> str:
    """Return the text of a link without the parts that are not part of its title."""
    excluded = {id(text) for part in link.select(_NOT_TITLE) for text in part.strings}
    return sanitize_text("".join(text for text in link.strings if id(text) not in excluded))


def _claims_report(link: Tag, url: str) -> bool:
    """Return whether a link seems meant to lead to a report, rather than to a page of the site."""
    if "publication-link" in (link.get("class") or ()) or re.search(r"/files?/|\.pdf\b", url, re.I):
        return True
    return url.startswith("https://") and _link_fault(url) == "other_host"


def _link_fault(url: str) -> str:
    """Return the reason why a link is not followed."""
    if OLD_FILE_URL_PATTERN.fullmatch(url):
        return "old_address"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "unknown_address"
    is_elsewhere = parts.netloc and f"https://{parts.netloc.lower()}" not in PUBLIC_HOSTS
    return "other_host" if is_elsewhere else "unknown_address"


def _text_in_event(link: Tag, selector: str) -> str:
    """Return the text of the nearest matching element in the timeline event of a link; '' if none matches."""
    for ancestor in link.parents:
        if match := ancestor.select_one(selector):
            return _text(match)
        if ancestor.name == "li":
            break
    return ""


def _parse_date(text: str) -> date | None:
    """Return a date such as '6 December 2021'; None if the text has another form."""
    for date_format in DATE_FORMATS:
        try:
            return datetime.strptime(text, date_format).date()
        except ValueError:
            continue
    return None


class _Page:
    """A parsed page, its public URL, which error messages name, and the base URL of the site it is from."""

    def __init__(self, html: bytes, url: str, site_url: str) -> None:
        # Without an explicit encoding, Beautiful Soup guesses wrongly on short pages with accents.
        self.soup = BeautifulSoup(html, "html.parser", from_encoding="utf-8")
        self.url = url
        self._own_host = re.compile(rf"https?://{re.escape(urlsplit(site_url).netloc)}(?=[/?#]|$)", re.I)

    def missing(self, selector: str, detail: str = "") -> PageChangedError:
        """Return the error for a required element that the page does not have."""
        reason = " ".join(f"has changed: it has no {selector} {detail}".split())
        return PageChangedError(self.url, reason)

    def one(self, selector: str) -> Tag:
        """Return the first element that matches. Raises PageChangedError if none does."""
        if match := self.soup.select_one(selector):
            return match
        raise self.missing(selector)

    def number(self, tag: Tag, pattern: str, selector: str) -> int:
        """Return the number that a pattern's first group matches in a tag's text. Raises PageChangedError."""
        if match := re.search(pattern, _text(tag)):
            return int(match[1].replace(",", ""))
        raise self.missing(selector, f"with a number, but {shorten(_text(tag), 100)!r}")

    def absolute_url(self, link: Tag) -> str:
        """Return the absolute, public https URL of a link, or its ``href`` unchanged if it is not valid."""
        href = str(link.get("href", "")).strip()
        try:
            url = urljoin(self.url, href)
        except ValueError:
            return href
        return re.sub("^http:", "https:", self._own_host.sub(LIVE_SITE_URL, url))


def _text(tag: Tag) -> str:
    """Return the sanitized text of a tag."""
    return sanitize_text(tag.get_text())
