"""Dagster's face of the listing."""

from datetime import timedelta

import dagster as dg
from pydantic import Field

from assets.publications.listing import KEPT_SHARE, merge, publication_year, walk
from assets.publications.site import LIVE
from assets.tables import store
from assets.tables.assets import stored, table_spec
from orchestration.partitions import FIRST_YEAR
from orchestration.resources import SITE_POOL, Clock, ReportsSite, Warehouse, later

_SPEC = table_spec("publications", group="listing", kinds={"http", "parquet"}, deps=["authorities"])

#: The site is walked every day: a listing that is older than this was not, for whatever reason.
_FRESH = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=25), fail_window=timedelta(hours=49))


class Believing(dg.Config):
    """How much of what was listed before a walk must find again."""

    kept_share: float = Field(
        default=KEPT_SHARE,
        ge=0,
        le=1,
        description="Share of the publications, authorities and pages listed before that must still be there;"
        " a walk that finds less is held back. 0 lets anything through, once a person has looked at it",
    )


@dg.multi_asset(specs=[_SPEC.replace_attributes(freshness_policy=_FRESH)], pool=SITE_POOL)
def publications(
    context: dg.AssetExecutionContext,
    config: Believing,
    site: ReportsSite,
    warehouse: Warehouse,
    clock: Clock,
) -> dg.MaterializeResult[None]:
    """Walk the whole site, search and every authority's page, and bring the listing up to date.

    Back-dated and re-issued reports appear anywhere on a page, so nothing is skipped as already seen.
    """
    previous = store.read(warehouse.path, "publications")
    authorities = store.read(warehouse.path, "authorities").to_pylist()
    with later(context.run.tags), site.open() as opened:
        found = walk(opened, config.kept_share)
    table, years, notes = merge(previous, found, clock.now(), authorities, config.kept_share)
    _check(table.to_pylist(), {row["urn"] for row in authorities})
    store.write(warehouse.path, "publications", table)
    for note in notes:
        context.log.warning(note)
    return stored(
        warehouse.path,
        "publications",
        authorities=len(found.authorities),
        listed=len(found.rows),
        years_changed=sorted(years),
        pages_not_read=len(found.unread),
        notes=list(notes),
        site=dg.MetadataValue.url(LIVE),
    )


def _check(rows: list[dict[str, object]], authorities: set[int]) -> None:
    """Refuse a listing that the dataset cannot hold, rather than hold a part of it."""
    for row in rows:
        if row["urn"] not in authorities:
            raise dg.Failure(
                f"authority {row['urn']} ({row['provider_url']}) is listed by the site, but not in"
                " assets/authorities/data/authorities.csv: add it there, or give its row there this URN"
            )
        if publication_year(row) < FIRST_YEAR:
            raise dg.Failure(f"report {row['report_id']} was published before the first year, {FIRST_YEAR}")
