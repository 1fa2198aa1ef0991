"""Dagster's face of the archive."""

from collections import Counter

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.archive.archive import fetch_reports
from assets.partitions import YEARS
from assets.publications.listing import publication_year
from assets.resources import SITE_POOL, Clock, ReportsSite, Warehouse, retry_if_unavailable
from assets.storage import parquet_store
from assets.table_assets import OWNERS


class ReportFilesConfig(dg.Config):
    """Which files to ask for although the archive has them."""

    revalidate: bool = Field(
        default=False,
        description="Ask of every file of these years whether it changed since it was fetched, a request"
        " each; otherwise only of those of which the site lists something new",
    )


@dg.asset(
    partitions_def=YEARS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=["pending_reports", "pending_reports_by_year"],
    group_name="listing",
    kinds={"http", "pdf"},
    owners=OWNERS,
    pool=SITE_POOL,
)
def report_files(
    context: dg.AssetExecutionContext,
    config: ReportFilesConfig,
    site: ReportsSite,
    warehouse: Warehouse,
    clock: Clock,
) -> dg.MaterializeResult[None]:
    """The archive of every report's file, by content: each is fetched once and never changes.

    A report issued again under its number is one file more. What could not be had is a row in the archive's
    log, and is asked for again another day.
    """
    years = {int(key) for key in context.partition_keys}
    listed = parquet_store.read(warehouse.path, "publications")
    wanted = listed.filter(
        pa.array([publication_year(row) in years for row in listed.to_pylist()], pa.bool_())
    )
    with retry_if_unavailable(context.run.tags), site.open() as opened:
        fetched = fetch_reports(
            opened,
            wanted,
            warehouse.archive,
            clock.now(),
            revalidate=config.revalidate,
            seconds=clock.seconds,
        )
    for row in fetched.to_pylist():
        if row["detail"]:
            context.log.warning(row["detail"])
    outcomes = Counter(fetched.column("outcome").to_pylist())
    return dg.MaterializeResult(
        metadata={
            "publications": wanted.num_rows,
            "asked": fetched.num_rows,
            **{f"outcome/{outcome}": count for outcome, count in outcomes.items()},
            "archive": dg.MetadataValue.path(str(warehouse.archive.resolve())),
        }
    )
