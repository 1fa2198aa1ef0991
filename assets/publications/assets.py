"""Dagster definition of the asset ``publications``."""

from datetime import timedelta

import dagster as dg
from pydantic import Field

from assets.partitions import FIRST_YEAR
from assets.publications.client import LIVE_SITE_URL
from assets.publications.crawler import MIN_RETAINED_SHARE, crawl
from assets.publications.listing import merge_crawl, publication_year
from assets.resources import SITE_POOL, Clock, ReportsSite, Warehouse, retry_if_unavailable
from assets.storage import parquet_store
from assets.table_assets import table_result, table_spec

#: The site is crawled daily. The asset is stale if a day is missed, and failed if two are.
_FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=25), fail_window=timedelta(hours=49))
_SPEC = table_spec(
    "publications", group="listing", kinds={"http", "parquet"}, deps=["authorities"]
).replace_attributes(freshness_policy=_FRESHNESS)


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


@dg.multi_asset(specs=[_SPEC], pool=SITE_POOL)
def publications(
    context: dg.AssetExecutionContext,
    config: PublicationsConfig,
    site: ReportsSite,
    warehouse: Warehouse,
    clock: Clock,
) -> dg.MaterializeResult[None]:
    """Crawl the whole site, search results and every authority's page, and update the listing.

    No page is skipped: back-dated and re-issued reports appear anywhere on a page.
    """
    previous = parquet_store.read(warehouse.path, "publications")
    authorities = parquet_store.read(warehouse.path, "authorities").to_pylist()
    with retry_if_unavailable(context.run.tags), site.open() as client:
        crawled = crawl(client, config.min_retained_share)
    table, years, notes = merge_crawl(previous, crawled, clock.now(), authorities, config.min_retained_share)
    _check_storable(table.to_pylist(), {row["urn"] for row in authorities})
    parquet_store.write(warehouse.path, "publications", table)
    for note in notes:
        context.log.warning(note)
    return table_result(
        warehouse.path,
        "publications",
        authorities=len(crawled.authorities),
        listed=len(crawled.rows),
        years_changed=sorted(years),
        pages_not_read=len(crawled.unread),
        notes=list(notes),
        site=dg.MetadataValue.url(LIVE_SITE_URL),
    )


def _check_storable(rows: list[dict[str, object]], known_urns: set[int]) -> None:
    """Raise dg.Failure if a publication has an unknown authority or belongs to no partition."""
    for row in rows:
        if row["urn"] not in known_urns:
            raise dg.Failure(
                f"authority {row['urn']} ({row['provider_url']}) is listed by the site but missing from"
                " assets/reference/data/authorities.csv: add a row, or change the URN of its existing row"
            )
        if publication_year(row) < FIRST_YEAR:
            raise dg.Failure(f"report {row['report_id']} was published before the first year, {FIRST_YEAR}")
