"""Dagster definition of the asset ``report_files``, the archive of PDF files."""

from collections import Counter

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.archive.archive import fetch_reports
from assets.partitions import YEARS
from assets.publications.client import GoneError
from assets.publications.listing import publication_year
from assets.resources import SITE_POOL, Clock, ReportsSite, Warehouse, retry_if_unavailable
from assets.storage import parquet_store
from assets.table_assets import OWNERS


class ReportFilesConfig(dg.Config):
    """Which files are requested although the archive has them."""

    revalidate: bool = Field(
        default=False,
        description="Check every file of these years for changes, with a conditional request for each."
        " Otherwise only files that are missing, or whose listing has changed, are requested",
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
    """The archive of the reports' PDF files, named by SHA-256. A file is downloaded once and never changes.

    A report that is re-issued under the same number has a second file. A failed download is a row in the
    archive's fetch log and is attempted again: after a week if the file does not exist or is not a PDF,
    otherwise in the next run.
    """
    years = {int(key) for key in context.partition_keys}
    table = parquet_store.read(warehouse.path, "publications")
    in_years = pa.array([publication_year(row) in years for row in table.to_pylist()], pa.bool_())
    listed = table.filter(in_years)
    with retry_if_unavailable(context.run.tags), site.open() as client:
        fetched = fetch_reports(
            client,
            listed,
            warehouse.archive,
            clock.now(),
            revalidate=config.revalidate,
            unreadable=_unreadable_reports(warehouse),
            seconds=clock.seconds,
        )
    for row in fetched.to_pylist():
        if row["detail"]:
            # A file that the site removed is a known state, not a problem of this run.
            log = context.log.info if row["outcome"] == GoneError.outcome else context.log.warning
            log(row["detail"])
    outcomes = Counter(fetched.column("outcome").to_pylist())
    return dg.MaterializeResult(
        metadata={
            "publications": listed.num_rows,
            "requested": fetched.num_rows,
            **{f"outcome/{outcome}": count for outcome, count in outcomes.items()},
            "archive": dg.MetadataValue.path(str(warehouse.archive.resolve())),
        }
    )


def _unreadable_reports(warehouse: Warehouse) -> frozenset[str]:
    """Return the ids of the reports whose file could not be opened; none if the table is damaged."""
    try:
        reports = parquet_store.read(warehouse.path, "reports")
    except parquet_store.ReadError:
        return frozenset()
    return frozenset(row["report_id"] for row in reports.to_pylist() if row["status"] == "unreadable")
