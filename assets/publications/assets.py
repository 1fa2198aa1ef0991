"""Dagster's face of the listing."""

from datetime import timedelta

import dagster as dg
from pydantic import Field

from assets.partitions import FIRST_YEAR
from assets.publications.client import LIVE_SITE_URL
from assets.publications.listing import MIN_RETAINED_SHARE, crawl, merge_crawl, publication_year
from assets.resources import SITE_POOL, Clock, ReportsSite, Warehouse, retry_if_unavailable
from assets.storage import parquet_store
from assets.table_assets import table_result, table_spec

_SPEC = table_spec("publications", group="listing", kinds={"http", "parquet"}, deps=["authorities"])

#: The site is walked every day: a listing that is older than this was not, for whatever reason.
_FRESH = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=25), fail_window=timedelta(hours=49))


class PublicationsConfig(dg.Config):
    """How much of what was listed before a walk must find again."""

    min_retained_share: float = Field(
        default=MIN_RETAINED_SHARE,
        ge=0,
        le=1,
        description="Share of the publications, authorities and pages listed before that must still be there;"
        " a walk that finds less is held back. 0 lets anything through, once a person has looked at it",
    )


@dg.multi_asset(specs=[_SPEC.replace_attributes(freshness_policy=_FRESH)], pool=SITE_POOL)
def publications(
    context: dg.AssetExecutionContext,
    config: PublicationsConfig,
    site: ReportsSite,
    warehouse: Warehouse,
    clock: Clock,
) -> dg.MaterializeResult[None]:
    """Walk the whole site, search and every authority's page, and bring the listing up to date.

    Back-dated and re-issued reports appear anywhere on a page, so nothing is skipped as already seen.
    """
    previous = parquet_store.read(warehouse.path, "publications")
    authorities = parquet_store.read(warehouse.path, "authorities").to_pylist()
    with retry_if_unavailable(context.run.tags), site.open() as opened:
        found = crawl(opened, config.min_retained_share)
    table, years, notes = merge_crawl(previous, found, clock.now(), authorities, config.min_retained_share)
    _check(table.to_pylist(), {row["urn"] for row in authorities})
    parquet_store.write(warehouse.path, "publications", table)
    for note in notes:
        context.log.warning(note)
    return table_result(
        warehouse.path,
        "publications",
        authorities=len(found.authorities),
        listed=len(found.rows),
        years_changed=sorted(years),
        pages_not_read=len(found.unread),
        notes=list(notes),
        site=dg.MetadataValue.url(LIVE_SITE_URL),
    )


def _check(rows: list[dict[str, object]], authorities: set[int]) -> None:
    """Refuse a listing that the dataset cannot hold, rather than hold a part of it."""
    for row in rows:
        if row["urn"] not in authorities:
            raise dg.Failure(
                f"authority {row['urn']} ({row['provider_url']}) is listed by the site, but not in"
                " assets/reference/data/authorities.csv: add it there, or give its row there this URN"
            )
        if publication_year(row) < FIRST_YEAR:
            raise dg.Failure(f"report {row['report_id']} was published before the first year, {FIRST_YEAR}")
