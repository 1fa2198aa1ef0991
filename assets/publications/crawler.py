"""Crawls the whole site: every search page, then the provider page of every authority found.

The search must be complete or the crawl fails: the site has omitted a third of all authorities before without
an error, so the number of results is compared with the site's own count. A provider page that cannot be read
is recorded and skipped, unless too many fail. How a crawl updates the table belongs in ``listing.py``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assets.progress import track
from assets.publications.client import LIVE_SITE_URL, ForbiddenError, SiteClient, SiteError
from assets.publications.pages import (
    Authority,
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
    """

    authorities: tuple[Authority, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    unread: frozenset[str] = frozenset()


def crawl(site: SiteClient, min_retained_share: float = MIN_RETAINED_SHARE) -> CrawlResult:
    """Crawl the site.

    Args:
        site: The client to use.
        min_retained_share: The minimum share of provider pages that must be readable.

    Raises:
        SiteError: A search page cannot be read, or the site answers 403.
        ListingError: The search results are incomplete, or too many provider pages cannot be read.
    """
    authorities = _read_authorities(site)
    listed: list[Row] = []
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
            listed += [_row(authority, publication) for publication in page.publications]
    rows, duplicate_notes = _deduplicate(listed)
    unknown_titles = (
        f"{row['report_id']} of {row['urn']} has a title of no known family: {row['title']!r}"
        for row in rows
        if row["family"] == OTHER
    )
    notes = (*unread.values(), *duplicate_notes, *unknown_titles)
    return CrawlResult(authorities, rows, notes, frozenset(unread))


def _read_authorities(site: SiteClient) -> tuple[Authority, ...]:
    """Return the authorities of all search pages. Raises ListingError if the site counts another number."""
    pages = list(_search_pages(site))
    authorities = {authority.url: authority for page in pages for authority in page.authorities}
    if not authorities:
        raise ListingError(f"{SEARCH_URL} lists no authority")
    if len(authorities) != pages[-1].count:
        raise ListingError(f"{SEARCH_URL} counts {pages[-1].count} authorities but lists {len(authorities)}")
    return tuple(authorities.values())


def _search_pages(site: SiteClient) -> Iterator[SearchPage]:
    url: str | None = SEARCH_URL
    requested: set[str] = set()
    while url and url not in requested:
        requested.add(url)
        page = read_search(site.page(url), url)
        yield page
        url = page.next_url


def _read_provider_page(site: SiteClient, authority: Authority) -> ProviderPage:
    page = read_provider(site.page(authority.url), authority.url)
    if page.urn != authority.urn:
        raise PageChangedError(authority.url, f"is the page of URN {page.urn}, not {authority.urn}")
    return page


def _row(authority: Authority, publication: Publication) -> Row:
    return vars(publication) | {
        "urn": authority.urn,
        "family": report_family(publication.title),
        "provider_url": authority.url,
    }


def _deduplicate(listed: Iterable[Row]) -> tuple[tuple[Row, ...], list[str]]:
    """Return one row per report, sorted by id, and notes on reports that several authorities list.

    The row of the lowest URN is kept.
    """
    rows: dict[str, Row] = {}
    notes = []
    for row in sorted(listed, key=lambda row: (row["report_id"], row["urn"])):
        kept = rows.setdefault(row["report_id"], row)
        if kept is not row:
            notes.append(
                f"{row['report_id']} is listed by {row['urn']} too; the row of {kept['urn']} is kept"
            )
    return tuple(rows.values()), notes
