"""The walk of the whole site, and what it changes in the table ``publications``.

A walk is whole or it is an error: the site has hidden a third of all authorities before without a word, so
everything counted is compared with what came. What may be touched is ``KEPT_SHARE``. Rows never vanish: a
publication no longer listed keeps its row and the time at which it was last seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from tqdm import tqdm

from assets.publications.families import OTHER, family
from assets.publications.pages import (
    Authority,
    PageChanged,
    ProviderPage,
    Publication,
    SearchPage,
    read_provider,
    read_search,
)
from assets.publications.site import LIVE, Forbidden, Site, SiteError
from assets.tables.schemas import TABLES

#: Local authority children's services, all that are open, in pages of 100: the most the site gives.
SEARCH = (
    f"{LIVE}/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100"
)
#: A walk that finds a smaller share of what was listed before is held back.
KEPT_SHARE = 0.9

SCHEMA = TABLES["publications"].schema

Row = dict[str, Any]


class ListingError(Exception):
    """A walk that must not replace the last one: one sentence that says why."""


@dataclass(frozen=True)
class Walk:
    """What the site lists: a row per publication as in ``publications``, less the times; sorted by key.

    ``notes`` tell in a sentence each what a person may want to look at.
    """

    authorities: tuple[Authority, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def walk(site: Site) -> Walk:
    """Read the whole site: every search page, every authority's page.

    Raises SiteError where the search fails, ListingError where an authority's page does or what was listed
    is not what was counted.
    """
    authorities = _authorities(site)
    listed = [
        _row(authority, publication)
        for authority in tqdm(authorities, desc="Authorities", unit="page", disable=None)
        for publication in _provider(site, authority).publications
    ]
    rows, doubles = _unique(listed)
    unknown = (
        f"{row['report_id']} of {row['urn']} has a title of no known family: {row['title']!r}"
        for row in rows
        if row["family"] == OTHER
    )
    return Walk(authorities, rows, (*doubles, *unknown))


def merge(previous: pa.Table | None, found: Walk, now: datetime) -> tuple[pa.Table, frozenset[int]]:
    """Bring the table up to date with a walk made at ``now`` (UTC, naive).

    Returns the table, sorted by key, and the publication years whose rows changed; the previous table itself
    where none did. Raises ListingError where the walk found too little to be believed.
    """
    old = {row["report_id"]: row for row in previous.to_pylist()} if previous is not None else {}
    _hold_back(old.values(), found)
    new = {row["report_id"]: _seen(row, old.get(row["report_id"]), now) for row in found.rows}
    new |= {key: row | {"is_listed": False} for key, row in old.items() if key not in new}
    changed = [key for key, row in new.items() if _content(row) != _content(old.get(key))]
    if previous is not None and not changed:
        return previous, frozenset()
    table = pa.Table.from_pylist([new[key] for key in sorted(new)], schema=SCHEMA)
    # A row that moves changes the year it leaves as well as the one it comes to.
    years = (publication_year(rows[key]) for key in changed for rows in (old, new) if key in rows)
    return table, frozenset(years)


def publication_year(row: Mapping[str, Any]) -> int:
    """Return the year a publication belongs to: of its publication, else inspection, else first sight."""
    day: date = row["published"] or row["listed_inspection_date"] or row["first_seen"]
    return day.year


def _authorities(site: Site) -> tuple[Authority, ...]:
    """Read the search to its end. Raises ListingError unless it lists as many as it counts."""
    pages = list(_search_pages(site))
    found = {authority.address: authority for page in pages for authority in page.authorities}
    if not found:
        raise ListingError(f"{SEARCH} lists no authority at all")
    if len(found) != pages[-1].count:
        raise ListingError(f"{SEARCH} counts {pages[-1].count} authorities but lists {len(found)}")
    return tuple(found.values())


def _search_pages(site: Site) -> Iterator[SearchPage]:
    address: str | None = SEARCH
    asked: set[str] = set()
    while address and address not in asked:
        asked.add(address)
        page = read_search(site.page(address), address)
        yield page
        address = page.following


def _provider(site: Site, authority: Authority) -> ProviderPage:
    """Read an authority's page; without it the walk is not whole."""
    try:
        page = read_provider(site.page(authority.address), authority.address)
        if page.urn != authority.urn:
            raise PageChanged(authority.address, f"is the page of URN {page.urn}, not {authority.urn}")
    except Forbidden:
        raise
    except SiteError as error:
        raise ListingError(f"{authority.name} ({authority.urn}) could not be read: {error}") from error
    return page


def _row(authority: Authority, publication: Publication) -> Row:
    return vars(publication) | {
        "urn": authority.urn,
        "family": family(publication.title),
        "provider_url": authority.address,
    }


def _unique(listed: Iterable[Row]) -> tuple[tuple[Row, ...], list[str]]:
    """Keep one row of each report, that of the lowest URN, and note the others."""
    rows: dict[str, Row] = {}
    notes = []
    for row in sorted(listed, key=lambda row: (row["report_id"], row["urn"])):
        kept = rows.setdefault(row["report_id"], row)
        if kept is not row:
            notes.append(
                f"{row['report_id']} is listed by {row['urn']} too; the row of {kept['urn']} is kept"
            )
    return tuple(rows.values()), notes


def _hold_back(old: Iterable[Row], found: Walk) -> None:
    if not found.rows:
        raise ListingError(f"{LIVE} lists no publication at all")
    listed = [row for row in old if row["is_listed"]]
    for name, key in (("authorities with reports", "urn"), ("publications", "report_id")):
        before, now = len({row[key] for row in listed}), len({row[key] for row in found.rows})
        if now < KEPT_SHARE * before:
            raise ListingError(f"{LIVE} lists only {now} {name} where it listed {before} before: held back")
    dated = sum(row["published"] is not None for row in found.rows)
    if dated < KEPT_SHARE * len(found.rows):
        raise ListingError(
            f"{LIVE} gives a date for only {dated} of {len(found.rows)} publications: held back"
        )


def _seen(row: Row, before: Row | None, now: datetime) -> Row:
    first_seen = before["first_seen"] if before else now
    return row | {"first_seen": first_seen, "last_seen": now, "is_listed": True}


def _content(row: Row | None) -> Row:
    """Return what makes a row news: all of it but when it was last seen."""
    return {name: value for name, value in (row or {}).items() if name != "last_seen"}
