"""Dagster's face of the listing."""

import dagster as dg

from assets.publications.listing import merge, publication_year, walk
from assets.tables import store
from assets.tables.assets import table_metadata, table_spec
from orchestration.partitions import FIRST_YEAR
from orchestration.resources import Clock, ReportsSite, Warehouse

_SPEC = table_spec("publications", group="listing", kinds={"http", "parquet"}, deps=["authorities"])


@dg.multi_asset(specs=[_SPEC])
def publications(
    context: dg.AssetExecutionContext, site: ReportsSite, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Walk the whole site, search and every authority's page, and bring the listing up to date.

    Back-dated and re-issued reports appear anywhere on a page, so nothing is skipped as already seen.
    """
    previous = store.read(warehouse.path, "publications")
    with site.open() as opened:
        found = walk(opened)
    table, years = merge(previous if previous.num_rows else None, found, clock.now())
    _check(table.to_pylist(), {row["urn"] for row in store.read(warehouse.path, "authorities").to_pylist()})
    store.write(warehouse.path, "publications", table)
    for note in found.notes:
        context.log.warning(note)
    return dg.MaterializeResult(
        asset_key="publications",
        metadata={
            **table_metadata(warehouse.path, "publications"),
            "authorities": len(found.authorities),
            "listed": len(found.rows),
            "years_changed": sorted(years),
            "notes": list(found.notes),
        },
    )


def _check(rows: list[dict[str, object]], authorities: set[int]) -> None:
    """Refuse a listing that the dataset cannot hold, rather than hold a part of it."""
    for row in rows:
        if row["urn"] not in authorities:
            raise dg.Failure(
                f"authority {row['urn']} ({row['provider_url']}) is listed by the site, but not in"
                " assets/authorities/data/authorities.csv: add it there"
            )
        if publication_year(row) < FIRST_YEAR:
            raise dg.Failure(f"report {row['report_id']} was published before the first year, {FIRST_YEAR}")
