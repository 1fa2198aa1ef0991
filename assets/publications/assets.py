"""Dagster definition of the assets ``publications`` and ``listing_issues``."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.archive.archive import latest_attempts
from assets.publications.client import LIVE_SITE_URL
from assets.publications.crawler import MIN_RETAINED_SHARE, crawl
from assets.publications.history import HISTORY_FILE, HistoryError, read_history, rebuild, record
from assets.publications.issues import UNKNOWN_AUTHORITY, current_issues
from assets.publications.listing import merge_crawl
from assets.reference.loaders import read_reference_tables
from assets.resources import SITE_POOL, Clock, ReportsSite, Warehouse, retry_if_unavailable
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.table_assets import table_result, table_spec

#: The site is crawled daily. The asset is stale if a day is missed, and failed if two are.
_FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=25), fail_window=timedelta(hours=49))
_SPECS = [
    table_spec(name, group="listing", kinds={"http", "parquet"}, deps=deps).replace_attributes(
        freshness_policy=_FRESHNESS
    )
    # The step after that of the vocabularies: a warehouse that cannot be written costs no request.
    for name, deps in {"publications": ["families"], "listing_issues": []}.items()
]


class PublicationsConfig(dg.Config):
    """When a crawl is rejected because it found too little."""

    min_retained_share: float = Field(
        default=MIN_RETAINED_SHARE,
        ge=0,
        le=1,
        description="Minimum share (0 to 1) of the publications and authorities listed before, and of the"
        " authorities' pages, that the crawl must find. Below it the run fails and the listing stays"
        " unchanged. Set 0 to accept a smaller listing after checking that the change is real",
    )


@dg.multi_asset(specs=_SPECS, pool=SITE_POOL)
def publications(
    context: dg.AssetExecutionContext,
    config: PublicationsConfig,
    site: ReportsSite,
    warehouse: Warehouse,
    clock: Clock,
) -> Iterator[dg.MaterializeResult[None]]:
    """Crawl the whole site, search results and every authority's page, and update the listing.

    No page is skipped: back-dated and re-issued reports appear anywhere on a page.
    """
    now = clock.now()
    previous, past, history_notes = _read_listing(warehouse)
    authorities = read_reference_tables()["authorities"].to_pylist()
    with retry_if_unavailable(context.run.tags), site.open() as client:
        crawled = crawl(client, config.min_retained_share)
    table, years, merge_notes = merge_crawl(previous, crawled, now, authorities, config.min_retained_share)
    issues = current_issues(
        _previous_issues(warehouse), crawled, table, {row["urn"] for row in authorities}, now
    )
    record(warehouse.archive, past, table, now)
    # First the issues: they hold the names of authorities that the reference data lacks.
    parquet_store.write(warehouse.path, "listing_issues", issues)
    parquet_store.write(warehouse.path, "publications", table)
    notes = [*history_notes, *merge_notes, *_issue_notes(issues)]
    for note in notes:
        context.log.warning(note)
    yield table_result(
        warehouse.path,
        "listing_issues",
        **{f"issues/{reason}": number for reason, number in _count_reasons(issues).items()},
    )
    yield table_result(
        warehouse.path,
        "publications",
        authorities=len(crawled.authorities),
        listed=len(crawled.rows),
        years_changed=sorted(years),
        pages_not_read=len(crawled.unread),
        notes=notes,
        site=dg.MetadataValue.url(LIVE_SITE_URL),
    )


def _read_listing(warehouse: Warehouse) -> tuple[pa.Table, pa.Table | None, list[str]]:
    """Return the table ``publications``, its history, and notes on what was lost and rebuilt.

    Raises:
        dg.Failure: Neither the table nor its history can be read, and one of them is damaged.
    """
    path = parquet_store.table_path(warehouse.path, "publications")
    table = past = None
    problems = []
    try:
        table = parquet_store.read(warehouse.path, "publications") if path.exists() else None
    except parquet_store.ReadError as error:
        problems.append(str(error))
    try:
        past = read_history(warehouse.archive)
    except HistoryError as error:
        problems.append(str(error))
    if table is not None:
        return table, past, [f"{problem}; a new history starts with this crawl" for problem in problems]
    if past is not None:
        reason = problems[0] if problems else f"{path} does not exist"
        return rebuild(past), past, [f"{reason}: the listing was rebuilt from archive/{HISTORY_FILE}"]
    if problems:
        raise dg.Failure(
            f"{'; '.join(problems)}. The listing's history would be lost: restore {path} or"
            f" archive/{HISTORY_FILE} from a backup, or {path} from parquet/publications.parquet of a"
            " release; to start a new listing, remove the damaged file"
        )
    notes = []
    if latest_attempts(warehouse.archive):
        notes.append(
            f"{path} and archive/{HISTORY_FILE} do not exist although files were fetched before: a new"
            " listing starts, in which every report is first seen today. A release or a backup has the old"
            " one"
        )
    return TABLES["publications"].schema.empty_table(), None, notes


def _previous_issues(warehouse: Warehouse) -> pa.Table:
    """Return the stored issues; none if the file is damaged, since a crawl finds them again."""
    try:
        return parquet_store.read(warehouse.path, "listing_issues")
    except parquet_store.ReadError:
        return TABLES["listing_issues"].schema.empty_table()


def _count_reasons(issues: pa.Table) -> Counter[str]:
    return Counter(str(reason) for reason in issues["reason"].to_pylist())


def _issue_notes(issues: pa.Table) -> Iterator[str]:
    """Yield a warning for each unknown authority, and one for all other issues."""
    for row in issues.to_pylist():
        if row["reason"] == UNKNOWN_AUTHORITY:
            yield (
                f"{row['authority']} ({row['urn']}) is not in the reference data and has a provisional row:"
                " add it to assets/reference/data/authorities.csv, or change the URN of its existing row"
            )
    counts = {
        reason: n for reason, n in sorted(_count_reasons(issues).items()) if reason != UNKNOWN_AUTHORITY
    }
    if counts:
        listed = ", ".join(f"{reason} {number}" for reason, number in counts.items())
        yield f"Oddities of the site's pages, see the table listing_issues: {listed}"
