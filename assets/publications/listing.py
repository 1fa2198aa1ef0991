"""Updates the table ``publications`` with the result of a crawl.

Rows are never deleted: a publication that is no longer listed keeps its row, with the time at which it was
last seen. The publications of a provider page that could not be read stay unchanged. A crawl that finds too
little of what was listed before is rejected. Reading the site belongs in ``crawler.py``.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any, NamedTuple

import pyarrow as pa

from assets.publications.client import LIVE_SITE_URL
from assets.publications.crawler import MIN_RETAINED_SHARE, CrawlResult, ListingError, Row
from assets.schema.tables import TABLES

SCHEMA = TABLES["publications"].schema

#: The first year of the dataset. Publications of earlier years are assigned to it.
FIRST_YEAR = 2009

#: Stored times later than the current time by more than this were written by a wrong clock.
CLOCK_TOLERANCE = timedelta(days=1)
#: The minimum share of publications with a readable date, also on a first run.
MIN_DATED_SHARE = 0.5
#: How to accept a crawl that is rejected.
OVERRIDE_ADVICE = (
    "If the change is real, run it once with min_retained_share: 0 (make ui, publications, launchpad)"
)


class ListingUpdate(NamedTuple):
    """The updated table ``publications``.

    Attributes:
        table: The table, sorted by key; the previous table itself if nothing changed.
        years: The publication years with a changed row.
        notes: Warnings for a person, one sentence each.
    """

    table: pa.Table
    years: frozenset[int]
    notes: tuple[str, ...]


def merge_crawl(
    previous: pa.Table,
    crawled: CrawlResult,
    now: datetime,
    authorities: Iterable[Row] = (),
    min_retained_share: float = MIN_RETAINED_SHARE,
) -> ListingUpdate:
    """Merge the result of a crawl into the table ``publications``.

    Args:
        previous: The table before the crawl.
        crawled: The result of the crawl.
        now: The time of the crawl (UTC, without a time zone).
        authorities: Rows of the table ``authorities``, to recognise an authority whose URN has changed.
        min_retained_share: The minimum share of the publications and authorities listed before that the crawl
            must have found. With 0, an authority's page without reports delists its publications.

    Raises:
        ListingError: The crawl found too little, or too few publications with a date.
    """
    original = {row["report_id"]: row for row in previous.to_pylist()}
    stored = {report_id: _without_future_times(row, now) for report_id, row in original.items()}
    known_urns, renumbering_notes = _match_renumbered(stored, crawled, authorities)
    before = {report_id: _with_known_urn(row, known_urns) for report_id, row in stored.items()}
    rows = [_with_known_urn(_without_future_date(row, now), known_urns) for row in crawled.rows]
    unseen, empty_page_notes = _unseen_publications(
        before, rows, crawled, keep_empty_pages=min_retained_share > 0
    )
    _check_not_shrunk(before, rows, unseen, min_retained_share)

    seen = {row["report_id"]: _seen(row, before.get(row["report_id"]), now) for row in rows}
    delisted = {
        report_id: _with_changed_at(row | {"is_listed": False}, row, now)
        for report_id, row in before.items()
        if report_id not in seen and report_id not in unseen
    }
    merged = seen | delisted | {report_id: before[report_id] for report_id in unseen}

    future_date_notes = (
        f"{row['report_id']} of {row['urn']} has the publication date {row['published']}, in the future:"
        " stored without a date"
        for row in crawled.rows
        if has_future_date(row, now)
    )
    notes = (*crawled.notes, *future_date_notes, *renumbering_notes, *empty_page_notes)
    changed = [
        report_id
        for report_id, row in merged.items()
        if _content(row) != _content(stored.get(report_id))
        or stored.get(report_id) != original.get(report_id)
    ]
    if previous.num_rows and not changed:
        return ListingUpdate(previous, frozenset(), notes)
    table = pa.Table.from_pylist([merged[report_id] for report_id in sorted(merged)], schema=SCHEMA)
    # A row whose year changes affects both years.
    years = (
        publication_year(version[report_id])
        for report_id in changed
        for version in (stored, merged)
        if report_id in version
    )
    return ListingUpdate(table, frozenset(years), notes)


def publication_year(row: Mapping[str, Any]) -> int:
    """Return the year to which a publication is assigned.

    It is the year of ``publication_date``, and no year before ``FIRST_YEAR``.
    """
    return max(FIRST_YEAR, publication_date(row).year)


def publication_date(row: Mapping[str, Any]) -> date:
    """Return a publication's date: of publication, else of inspection, else of the crawl that found it."""
    day: date = row["published"] or row["listed_inspection_date"] or row["first_seen"]
    return day


def _match_renumbered(
    stored: Mapping[str, Row], crawled: CrawlResult, authorities: Iterable[Row]
) -> tuple[dict[int, int], list[str]]:
    """Return the known URN of each authority that is listed under an unknown URN, and notes.

    Two URNs are the same authority if all reports listed under both belong to one known URN, the names agree,
    and the site lists only one of the two. Common reports alone are not sufficient, because a successor
    authority may list the reports of its predecessor.
    """
    known_names = {
        row["urn"]: {_fold_name(row["name"]), _fold_name(row["official_name"] or "")} for row in authorities
    }
    listed = {authority.urn: authority for authority in crawled.authorities}
    shared_urns: dict[int, set[int]] = defaultdict(set)
    for row in crawled.rows:
        if stored_row := stored.get(row["report_id"]):
            shared_urns[row["urn"]].add(stored_row["urn"])
            shared_urns[stored_row["urn"]].add(row["urn"])
    known_urns: dict[int, int] = {}
    notes = []
    for unknown, candidates in shared_urns.items():
        if unknown in known_names or len(candidates) > 1:
            continue
        [known] = candidates
        if known not in known_names:
            continue
        authority = listed.get(unknown)
        if authority is None:  # an old URN in the table, which the reference data has replaced
            known_urns[unknown] = known
        elif known not in listed and _fold_name(authority.name) in known_names[known]:
            known_urns[unknown] = known
            notes.append(
                f"{authority.name} ({known}) is listed under another URN, {unknown}: treated as the same"
                " authority"
            )
    return known_urns, notes


def _fold_name(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+", name.casefold().replace("&", " and ")))


def _with_known_urn(row: Row, known_urns: Mapping[int, int]) -> Row:
    return row | {"urn": known_urns.get(row["urn"], row["urn"])}


def _without_future_date(row: Row, now: datetime) -> Row:
    """Return a row with a future publication date set to null; no partition exists for a future year."""
    return row | {"published": None} if has_future_date(row, now) else row


def _without_future_times(row: Row, now: datetime) -> Row:
    """Return a stored row with times no later than ``now``: later ones were written by a wrong clock."""
    return row | {
        name: now
        for name in ("first_seen", "last_seen", "changed_at")
        if row[name] is not None and row[name] > now + CLOCK_TOLERANCE
    }


def has_future_date(row: Row, now: datetime) -> bool:
    """Return whether a crawled row has a publication date after the day of the crawl."""
    # The site uses British time, which is up to an hour ahead of UTC.
    return row["published"] is not None and row["published"] > (now + timedelta(hours=1)).date()


def _unseen_publications(
    before: Mapping[str, Row], rows: list[Row], crawled: CrawlResult, *, keep_empty_pages: bool
) -> tuple[set[str], list[str]]:
    """Return the ids of publications that the crawl could not see, whose rows stay unchanged; and notes.

    These are the publications of pages that were not read. With ``keep_empty_pages``, they include those of
    pages without any report: the page may have changed in a way that the parser does not detect.
    """
    found = {row["report_id"] for row in rows}
    missing = {
        report_id: row for report_id, row in before.items() if row["is_listed"] and report_id not in found
    }
    without_reports = {row["provider_url"] for row in missing.values()} - {
        row["provider_url"] for row in rows
    }
    empty_pages = [
        authority
        for authority in crawled.authorities
        if keep_empty_pages and authority.url in without_reports - crawled.unread
    ]
    notes = [
        f"{authority.name} ({authority.urn}) no longer lists any publication; its publications stay as listed"
        f" before. {OVERRIDE_ADVICE}"
        for authority in empty_pages
    ]
    unseen_urls = crawled.unread | {authority.url for authority in empty_pages}
    if crawled.closed_unread:  # these pages are not known to the crawl, unless they are of open authorities
        unseen_urls |= {row["provider_url"] for row in missing.values()} - {
            authority.url for authority in crawled.authorities
        }
    return {report_id for report_id, row in missing.items() if row["provider_url"] in unseen_urls}, notes


def _check_not_shrunk(
    before: Mapping[str, Row], rows: list[Row], unseen: set[str], min_retained_share: float
) -> None:
    """Raise ListingError if too few publications or authorities are retained, or too few have a date."""
    if not rows:
        raise ListingError(f"{LIVE_SITE_URL} lists no publication")
    listed_before = {report_id: row for report_id, row in before.items() if row["is_listed"]}
    listed_now = {row["report_id"]: row for row in rows} | {
        report_id: before[report_id] for report_id in unseen
    }
    urns_before = {row["urn"] for row in listed_before.values()}
    lost_urns = urns_before - {row["urn"] for row in listed_now.values()}
    lost_reports = [
        f"{report_id} of {row['urn']}"
        for report_id, row in listed_before.items()
        if report_id not in listed_now
    ]
    _check_retained(urns_before, sorted(lost_urns), "authorities with reports", min_retained_share)
    _check_retained(listed_before.keys(), lost_reports, "publications", min_retained_share)
    dated = {row["report_id"] for row in rows if row["published"]}
    dated_before = {
        row["report_id"] for row in listed_before.values() if row["published"]
    } & listed_now.keys()
    undated = sorted(dated_before - dated - unseen)
    _check_retained(dated_before, undated, "publications with a date", min_retained_share)
    if len(dated) < min(min_retained_share, MIN_DATED_SHARE) * len(rows):
        raise ListingError(
            f"{LIVE_SITE_URL} gives a date for only {len(dated)} of {len(rows)} publications; the listing is"
            f" not updated. {OVERRIDE_ADVICE}"
        )


def _check_retained(
    before: Collection[Any], lost: Sequence[Any], label: str, min_retained_share: float
) -> None:
    retained = len(before) - len(lost)
    if retained < min_retained_share * len(before):
        names = shorten(", ".join(map(str, lost)), 200, placeholder=" …")
        raise ListingError(
            f"{LIVE_SITE_URL} lists only {retained} of the {len(before)} {label} that it listed before; the"
            f" listing is not updated. Missing: {names}. {OVERRIDE_ADVICE}"
        )


def _seen(row: Row, before: Row | None, now: datetime) -> Row:
    """Return a crawled row with its times, given the stored row of the same report."""
    first_seen = before["first_seen"] if before else now
    return _with_changed_at(
        row | {"first_seen": first_seen, "last_seen": now, "is_listed": True}, before, now
    )


def _with_changed_at(row: Row, before: Row | None, now: datetime) -> Row:
    """Return a row with ``changed_at``: ``now`` if its content differs from the stored row."""
    unchanged = before is not None and _content(row) == _content(before)
    return row | {"changed_at": before["changed_at"] if before and unchanged else now}


def _content(row: Row | None) -> Row:
    """Return the columns whose change counts as a change of the row: all but two of its times."""
    return {name: value for name, value in (row or {}).items() if name not in ("last_seen", "changed_at")}
