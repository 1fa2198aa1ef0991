"""The table ``listing_issues``: the oddities of the site's pages, as of the last crawl that read each page.

The rows replace those of the crawl before, except on pages that could not be read. Oddities of one page are
found in ``pages.py``; those that depend on the time, on the first year or on the reference data, here.
"""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from assets.publications.crawler import CrawlResult, Row
from assets.publications.listing import FIRST_YEAR, has_future_date, publication_date
from assets.schema.tables import TABLES
from assets.schema.vocabularies import LISTING_ISSUE_REASONS

_DECLARED = TABLES["listing_issues"]

#: The reason of rows from which provisional authorities are built.
UNKNOWN_AUTHORITY = "unknown_authority"


def current_issues(
    previous: pa.Table,
    crawled: CrawlResult,
    publications: pa.Table,
    known_urns: Iterable[int],
    now: datetime,
) -> pa.Table:
    """Return the rows of ``listing_issues`` after a crawl, sorted by key.

    Args:
        previous: The table before the crawl.
        crawled: The result of the crawl.
        publications: The table ``publications`` after the crawl.
        known_urns: The URNs of the reference data.
        now: The time of the crawl (UTC, without a time zone).
    """
    listed = publications.to_pylist()
    urns = {row["provider_url"]: row["urn"] for row in listed}
    names = {authority.url: authority.name for authority in crawled.authorities}
    crawled_urls = names.keys() - crawled.unread
    kept = [
        row
        for row in previous.to_pylist()
        if row["reason"] != UNKNOWN_AUTHORITY
        and (row["page_url"] in crawled.unread or (crawled.closed_unread and row["page_url"] not in names))
    ]
    dates = [
        {
            "page_url": row["provider_url"],
            "address": row["url"],
            "reason": reason,
            "text": str(day),
            "authority": names[row["provider_url"]],
            "report_id": row["report_id"],
        }
        for rows, reason in (
            ([row for row in crawled.rows if has_future_date(row, now)], "future_publication_date"),
            ([row for row in listed if publication_date(row).year < FIRST_YEAR], "before_first_year"),
        )
        for row in rows
        if row["provider_url"] in crawled_urls
        for day in (row["published"] or publication_date(row),)
    ]
    found = [row | {"urn": urns.get(row["page_url"], row.get("urn"))} for row in (*crawled.issues, *dates)]
    unknown = _unknown_authorities(previous, crawled, listed, urns, frozenset(known_urns))
    by_key = {
        tuple(row[name] for name in _DECLARED.key): row
        | {"detail": LISTING_ISSUE_REASONS[row["reason"]].label}
        for row in (*kept, *found, *unknown)
    }
    return pa.Table.from_pylist([by_key[key] for key in sorted(by_key)], schema=_DECLARED.schema)


def _unknown_authorities(
    previous: pa.Table,
    crawled: CrawlResult,
    listed: Iterable[Row],
    urns: dict[str, int],
    known_urns: frozenset[int],
) -> list[Row]:
    """Return a row for each authority of the site or of a publication that the reference data lacks."""
    rows = {
        row["urn"]: row
        for row in previous.to_pylist()
        if row["reason"] == UNKNOWN_AUTHORITY and row["urn"] in set(urns.values())
    }
    for row in listed:  # a page that the site no longer has, after the loss of this table
        rows.setdefault(row["urn"], _unknown_authority(row["urn"], row["provider_url"], f"URN {row['urn']}"))
    for authority in crawled.authorities:
        urn = urns.get(authority.url, authority.urn)
        rows[urn] = _unknown_authority(urn, authority.url, authority.name)
    return [row for urn, row in rows.items() if urn not in known_urns]


def _unknown_authority(urn: int, url: str, name: str) -> Row:
    return {
        "page_url": url,
        "address": url,
        "reason": UNKNOWN_AUTHORITY,
        "text": name,
        "urn": urn,
        "authority": name,
    }
