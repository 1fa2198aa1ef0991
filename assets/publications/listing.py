"""The walk of the whole site, and what it changes in the table ``publications``.

The search is read whole or it is an error: the site has hidden a third of all authorities before without a
word, so everything counted is compared with what came. An authority whose page cannot be read keeps its rows
as they are. What is too little to be believed is held back for a person: ``KEPT_SHARE`` may be touched.
Rows never vanish: a publication no longer listed keeps its row and the time at which it was last seen.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any, NamedTuple

import pyarrow as pa
from tqdm import tqdm

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
from assets.schema.tables import TABLES

#: Local authority children's services, all that are open, in pages of 100: the most the site gives.
SEARCH_URL = f"{LIVE_SITE_URL}/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100"
#: A walk that finds a smaller share of what was listed before, or reads a smaller share of the pages, is held
#: back; a person may lower it for one run.
MIN_RETAINED_SHARE = 0.9

#: What a person does about a listing that is held back.
OVERRIDE_ADVICE = (
    "If that is as it should be, run it once with min_retained_share: 0 (make ui, publications, launchpad)"
)

SCHEMA = TABLES["publications"].schema

Row = dict[str, Any]


class ListingError(Exception):
    """A walk that must not replace the last one: one sentence that says why."""


@dataclass(frozen=True)
class CrawlResult:
    """What the site lists: a row per publication as in ``publications``, less the times; sorted by key.

    ``unread`` are the addresses of authorities' pages that could not be read; ``notes`` tell in a sentence
    each what a person may want to look at.
    """

    authorities: tuple[Authority, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    unread: frozenset[str] = frozenset()


class ListingUpdate(NamedTuple):
    """The table ``publications`` brought up to date, sorted by key; the table before itself if none is news.

    ``years`` are the publication years whose rows changed, ``notes`` as in ``Walk``.
    """

    table: pa.Table
    years: frozenset[int]
    notes: tuple[str, ...]


def crawl(site: SiteClient, min_retained_share: float = MIN_RETAINED_SHARE) -> CrawlResult:
    """Read the whole site: every search page, every authority's page.

    Raises SiteError where the search fails or the site forbids more, ListingError where more authorities'
    pages fail than may, or what was listed is not what was counted.
    """
    authorities = _authorities(site)
    listed: list[Row] = []
    unread: dict[str, str] = {}
    for authority in tqdm(authorities, desc="Authorities", unit="page", disable=None):
        try:
            listed += [_row(authority, each) for each in _provider(site, authority).publications]
        except ForbiddenError:
            raise
        except SiteError as error:
            reason = f"{authority.name} ({authority.urn}) could not be read: {error}"
            unread[authority.address] = f"{reason}; what it listed before is kept as it is"
            # A site that is down, or has changed, is not asked for all its other pages.
            if len(authorities) - len(unread) < min_retained_share * len(authorities):
                more = f"; {len(unread)} of {len(authorities)} authorities' pages failed" * (len(unread) > 1)
                raise ListingError(f"{reason}{more}") from error
    rows, doubles = _unique(listed)
    unknown = (
        f"{row['report_id']} of {row['urn']} has a title of no known family: {row['title']!r}"
        for row in rows
        if row["family"] == OTHER
    )
    return CrawlResult(authorities, rows, (*unread.values(), *doubles, *unknown), frozenset(unread))


def merge_crawl(
    previous: pa.Table,
    found: CrawlResult,
    now: datetime,
    authorities: Iterable[Row] = (),
    min_retained_share: float = MIN_RETAINED_SHARE,
) -> ListingUpdate:
    """Bring the table up to date with a walk made at ``now`` (UTC, naive).

    ``authorities`` are the rows of that table, by which one is known again under another URN. Raises
    ListingError where the walk found too little to be believed.
    """
    old = {row["report_id"]: row for row in previous.to_pylist()}
    same, renamed = _renumbered(old, found, authorities)
    rows = [row | {"urn": same.get(row["urn"], row["urn"])} for row in _dated(found.rows, now)]
    before = {key: row | {"urn": same.get(row["urn"], row["urn"])} for key, row in old.items()}
    kept, emptied = _kept(before, rows, found, empty_too=min_retained_share > 0)
    _check_not_shrunk(before, rows, kept, min_retained_share)

    new = {row["report_id"]: _seen(row, before.get(row["report_id"]), now) for row in rows}
    gone = {key: row for key, row in before.items() if key not in new and key not in kept}
    new |= {key: _changed(row | {"is_listed": False}, row, now) for key, row in gone.items()}
    new |= {key: before[key] for key in kept}
    changed = [key for key, row in new.items() if _content(row) != _content(old.get(key))]
    future = (
        f"{row['report_id']} of {row['urn']} is dated {row['published']}, which is to come: taken for undated"
        for row in found.rows
        if _is_to_come(row, now)
    )
    notes = (*found.notes, *future, *renamed, *emptied)
    if previous.num_rows and not changed:
        return ListingUpdate(previous, frozenset(), notes)
    table = pa.Table.from_pylist([new[key] for key in sorted(new)], schema=SCHEMA)
    # A row that moves changes the year it leaves as well as the one it comes to.
    years = (publication_year(rows[key]) for key in changed for rows in (old, new) if key in rows)
    return ListingUpdate(table, frozenset(years), notes)


def publication_year(row: Mapping[str, Any]) -> int:
    """Return the year a publication belongs to: of its publication, else inspection, else first sight."""
    day: date = row["published"] or row["listed_inspection_date"] or row["first_seen"]
    return day.year


def _authorities(site: SiteClient) -> tuple[Authority, ...]:
    """Read the search to its end. Raises ListingError unless it lists as many as it counts."""
    pages = list(_search_pages(site))
    found = {authority.address: authority for page in pages for authority in page.authorities}
    if not found:
        raise ListingError(f"{SEARCH_URL} lists no authority at all")
    if len(found) != pages[-1].count:
        raise ListingError(f"{SEARCH_URL} counts {pages[-1].count} authorities but lists {len(found)}")
    return tuple(found.values())


def _search_pages(site: SiteClient) -> Iterator[SearchPage]:
    address: str | None = SEARCH_URL
    asked: set[str] = set()
    while address and address not in asked:
        asked.add(address)
        page = read_search(site.page(address), address)
        yield page
        address = page.following


def _provider(site: SiteClient, authority: Authority) -> ProviderPage:
    page = read_provider(site.page(authority.address), authority.address)
    if page.urn != authority.urn:
        raise PageChangedError(authority.address, f"is the page of URN {page.urn}, not {authority.urn}")
    return page


def _row(authority: Authority, publication: Publication) -> Row:
    return vars(publication) | {
        "urn": authority.urn,
        "family": report_family(publication.title),
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


def _renumbered(
    old: Mapping[str, Row], found: CrawlResult, authorities: Iterable[Row]
) -> tuple[dict[int, int], list[str]]:
    """Find the authorities whose URN changed: an unknown one, and the known one it stands for; with notes.

    It is the same authority if all reports that both listed are of one known URN, the site calls it by that
    one's name, and lists it only once. Reports alone would not do: a successor may show its predecessor's.
    """
    names = {
        row["urn"]: {_fold_name(row["name"]), _fold_name(row["official_name"] or "")} for row in authorities
    }
    listed = {authority.urn: authority for authority in found.authorities}
    others: dict[int, set[int]] = defaultdict(set)
    for row in found.rows:
        if before := old.get(row["report_id"]):
            others[row["urn"]].add(before["urn"])
            others[before["urn"]].add(row["urn"])
    same, notes = {}, []
    for unknown, (known, *more) in ((urn, sorted(urns)) for urn, urns in others.items() if urn not in names):
        if more or known not in names:
            continue
        authority = listed.get(unknown)
        if authority is None:  # it is the number before, which the reference file has given up
            same[unknown] = known
        elif known not in listed and _fold_name(authority.name) in names[known]:
            same[unknown] = known
            notes.append(
                f"{authority.name} ({known}) is listed under another URN, {unknown}: taken for the same"
            )
    return same, notes


def _dated(rows: Iterable[Row], now: datetime) -> Iterator[Row]:
    """Give rows without days of publication that are to come: nobody would build their year."""
    return (row | {"published": None} if _is_to_come(row, now) else row for row in rows)


def _is_to_come(row: Row, now: datetime) -> bool:
    # The site keeps British time, at times an hour ahead of ours.
    return row["published"] is not None and row["published"] > (now + timedelta(hours=1)).date()


def _fold_name(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+", name.casefold().replace("&", " and ")))


def _kept(
    old: Mapping[str, Row], rows: list[Row], found: CrawlResult, *, empty_too: bool
) -> tuple[set[str], list[str]]:
    """Return what keeps its row as it is, unseen: the reports of pages that were not read, or are empty.

    A page that is there, but without any of its reports, may have changed in a way that nobody foresaw: there
    is a note for each, unless a person let it through.
    """
    ids = {row["report_id"] for row in rows}
    missing = {key: row for key, row in old.items() if row["is_listed"] and key not in ids}
    silent = {row["provider_url"] for row in missing.values()} - {row["provider_url"] for row in rows}
    emptied = [each for each in found.authorities if each.address in silent - found.unread and empty_too]
    notes = [
        f"{authority.name} ({authority.urn}) lists nothing any more: what it listed before is kept as it is."
        f" {OVERRIDE_ADVICE}"
        for authority in emptied
    ]
    unseen = found.unread | {authority.address for authority in emptied}
    return {key for key, row in missing.items() if row["provider_url"] in unseen}, notes


def _check_not_shrunk(
    old: Mapping[str, Row], rows: list[Row], kept: set[str], min_retained_share: float
) -> None:
    """Raise ListingError where too little of what was listed is still there, or too little has a date."""
    if not rows:
        raise ListingError(f"{LIVE_SITE_URL} lists no publication at all")
    before = {key: row for key, row in old.items() if row["is_listed"]}
    now = {row["report_id"]: row for row in rows} | {key: old[key] for key in kept}
    gone = [f"{key} of {row['urn']}" for key, row in before.items() if key not in now]
    silent = {row["urn"] for row in before.values()} - {row["urn"] for row in now.values()}
    _believe(
        {row["urn"] for row in before.values()},
        sorted(silent),
        "authorities with reports",
        min_retained_share,
    )
    _believe(before.keys(), gone, "publications", min_retained_share)
    dated = sum(row["published"] is not None for row in rows)
    if dated < min_retained_share * len(rows):
        raise ListingError(
            f"{LIVE_SITE_URL} gives a date for only {dated} of {len(rows)} publications: held back. {OVERRIDE_ADVICE}"
        )


def _believe(before: Collection[Any], gone: Sequence[Any], what: str, min_retained_share: float) -> None:
    left = len(before) - len(gone)
    if left < min_retained_share * len(before):
        named = shorten(", ".join(map(str, gone)), 200, placeholder=" …")
        raise ListingError(
            f"{LIVE_SITE_URL} lists only {left} of the {len(before)} {what} that it listed before: held back."
            f" Gone: {named}. {OVERRIDE_ADVICE}"
        )


def _seen(row: Row, before: Row | None, now: datetime) -> Row:
    first_seen = before["first_seen"] if before else now
    return _changed(row | {"first_seen": first_seen, "last_seen": now, "is_listed": True}, before, now)


def _changed(row: Row, before: Row | None, now: datetime) -> Row:
    """Note in a row when it came to be as it is."""
    same = before is not None and _content(row) == _content(before)
    return row | {"changed_at": before["changed_at"] if before and same else now}


def _content(row: Row | None) -> Row:
    """Return what makes a row news: all of it but the times at which it was last seen and changed."""
    return {name: value for name, value in (row or {}).items() if name not in ("last_seen", "changed_at")}
