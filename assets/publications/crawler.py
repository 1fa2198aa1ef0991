"""Crawls the whole site: every search page, then the provider page of every authority found.

The site has one search for open authorities and one for closed ones. The former must be complete or the crawl
fails: the site has omitted a third of all authorities before without an error, so the number of results is
compared with the site's own count. A provider page that cannot be read is recorded and skipped, unless too
many fail. Oddities of a page become rows of ``listing_issues``. How a crawl updates the tables belongs in
``listing.py``.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assets.progress import track
from assets.publications.client import LIVE_SITE_URL, ForbiddenError, SiteClient, SiteError, UnavailableError
from assets.publications.pages import (
    Authority,
    Oddity,
    PageChangedError,
    ProviderPage,
    Publication,
    SearchPage,
    read_provider,
    read_search,
)
from assets.publications.report_types import OTHER, report_family

#: All open local authority children's services, 100 per page: the site's maximum.
SEARCH_URL = (
    f"{LIVE_SITE_URL}/search?q=&location=&lat=&lon=&radius="
    "&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100"
)
#: The closed ones. Without ``status[]``, the site selects open providers only.
CLOSED_SEARCH_URL = f"{SEARCH_URL}&status%5B%5D=2"

#: A crawl is rejected if it reads a smaller share of the provider pages, or finds a smaller share of what was
#: listed before. A run can be configured with a lower value.
MIN_RETAINED_SHARE = 0.9

Row = dict[str, Any]


class ListingError(Exception):
    """A crawl that must not update the listing; the message is one sentence that gives the reason."""


@dataclass(frozen=True)
class CrawlResult:
    """What the site lists.

    Attributes:
        authorities: The authorities, in the order of the search results.
        rows: A row per publication, sorted by ``report_id``: the columns of ``publications`` except those
            that ``merge_crawl`` sets (times and ``is_listed``).
        notes: Warnings for a person, one sentence each.
        unread: URLs of the provider pages that could not be read.
        issues: Rows of ``listing_issues``: the oddities of the pages that were read.
        closed_unread: Whether the search for closed authorities could not be read.
    """

    authorities: tuple[Authority, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    unread: frozenset[str] = frozenset()
    issues: tuple[Row, ...] = ()
    closed_unread: bool = False


def crawl(site: SiteClient, min_retained_share: float = MIN_RETAINED_SHARE) -> CrawlResult:
    """Crawl the site.

    Args:
        site: The client to use.
        min_retained_share: The minimum share of provider pages that must be readable.

    Raises:
        SiteError: A page of the search for open authorities cannot be read, or the site answers 403.
        ListingError: The search for open authorities is incomplete, or too many other pages cannot be read.
    """
    authorities, issues, search_notes = _read_searches(site)
    listed, page_issues, unread = _read_provider_pages(site, authorities, min_retained_share)
    rows, duplicates = _deduplicate(listed)
    names = {authority.url: authority.name for authority in authorities}
    duplicate_issues = [
        _issue(
            row["provider_url"],
            row["urn"],
            names[row["provider_url"]],
            Oddity("listed_twice", row["url"], f"The row of {kept['urn']} is kept", row["report_id"]),
        )
        for row, kept in duplicates
    ]
    duplicate_notes = (
        f"{row['report_id']} is listed by {row['urn']} too; the row of {kept['urn']} is kept"
        for row, kept in duplicates
    )
    unknown_titles = (
        f"{row['report_id']} of {row['urn']} has a title of no known family: {row['title']!r}"
        for row in rows
        if row["family"] == OTHER
    )
    return CrawlResult(
        authorities,
        rows,
        notes=(*unread.values(), *search_notes, *duplicate_notes, *unknown_titles),
        unread=frozenset(unread),
        issues=(*issues, *page_issues, *duplicate_issues),
        closed_unread=bool(search_notes),
    )


def _read_searches(site: SiteClient) -> tuple[tuple[Authority, ...], list[Row], list[str]]:
    """Return the open and the closed authorities, the odd results, and a note if the closed ones are missing.

    The crawl goes on without the closed authorities if their search is not as expected.
    """
    authorities, issues = _read_authorities(site, SEARCH_URL)
    if not authorities:
        raise ListingError(f"{SEARCH_URL} lists no authority")
    try:
        closed, closed_issues = _read_authorities(site, CLOSED_SEARCH_URL)
    except (ForbiddenError, UnavailableError):
        raise
    except (SiteError, ListingError) as error:
        note = f"The closed authorities could not be read: {error}; their publications stay as listed before"
        return tuple(authorities.values()), issues, [note]
    new = {url: authority for url, authority in closed.items() if url not in authorities}
    return tuple((authorities | new).values()), issues + closed_issues, []


def _read_provider_pages(
    site: SiteClient, authorities: Collection[Authority], min_retained_share: float
) -> tuple[list[Row], list[Row], dict[str, str]]:
    """Return the rows and the issues of all authorities' pages, and why pages were not read, by URL."""
    rows: list[Row] = []
    issues: list[Row] = []
    unread: dict[str, str] = {}
    for authority in track(authorities, len(authorities), "Crawling the site:", "authority", "authorities"):
        try:
            page = _read_provider_page(site, authority)
        except ForbiddenError:
            raise
        except SiteError as error:
            reason = f"{authority.name} ({authority.urn}) could not be read: {error}"
            unread[authority.url] = f"{reason}; its publications stay as listed before"
            # Stop here, rather than request every other page of a site that is down or has changed.
            if len(authorities) - len(unread) < min_retained_share * len(authorities):
                if len(unread) > 1:
                    reason += f"; {len(unread)} of {len(authorities)} authorities' pages failed"
                raise ListingError(reason) from error
        else:
            rows += [_row(authority, publication) for publication in page.publications]
            issues += [
                _issue(authority.url, authority.urn, authority.name, oddity) for oddity in page.oddities
            ]
    return rows, issues, unread


def _read_authorities(site: SiteClient, url: str) -> tuple[dict[str, Authority], list[Row]]:
    """Return the authorities of all pages of a search, by the URL of their page, and the odd results.

    Raises:
        SiteError: A page cannot be read.
        ListingError: The site counts another number of results.
    """
    pages = list(_search_pages(site, url))
    authorities = {authority.url: authority for page in pages for authority in page.authorities}
    odd_results = list(dict.fromkeys(oddity for page in pages for oddity in page.oddities))
    if len(authorities) + len(odd_results) != pages[-1].count:
        raise ListingError(
            f"{url} counts {pages[-1].count} authorities but lists {len(authorities) + len(odd_results)}"
        )
    return authorities, [_issue(url, None, oddity.text, oddity) for oddity in odd_results]


def _search_pages(site: SiteClient, first_url: str) -> Iterator[SearchPage]:
    url: str | None = first_url
    requested: set[str] = set()
    while url and url not in requested:
        requested.add(url)
        page = read_search(site.page(url), url, site.origin)
        yield page
        url = page.next_url


def _read_provider_page(site: SiteClient, authority: Authority) -> ProviderPage:
    page = read_provider(site.page(authority.url), authority.url, site.origin)
    if page.urn not in (authority.urn, None):
        raise PageChangedError(authority.url, f"is the page of URN {page.urn}, not {authority.urn}")
    return page


def _row(authority: Authority, publication: Publication) -> Row:
    return vars(publication) | {
        "urn": authority.urn,
        "family": report_family(publication.title),
        "provider_url": authority.url,
    }


def _issue(page_url: str, urn: int | None, authority: str, oddity: Oddity) -> Row:
    """Return a row of ``listing_issues``."""
    return vars(oddity) | {"page_url": page_url, "urn": urn, "authority": authority or "(no name)"}


def _deduplicate(listed: Iterable[Row]) -> tuple[tuple[Row, ...], list[tuple[Row, Row]]]:
    """Return one row per report, sorted by id, and each further row with the one that is kept.

    The row of the lowest URN is kept.
    """
    rows: dict[str, Row] = {}
    duplicates = []
    for row in sorted(listed, key=lambda row: (row["report_id"], row["urn"])):
        kept = rows.setdefault(row["report_id"], row)
        if row != kept:
            duplicates.append((row, kept))
    return tuple(rows.values()), duplicates
