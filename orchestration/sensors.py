"""The sensors: which runs follow from the state of the warehouse, and which runs are orphaned.

``refresh_sensor`` decides from the contents of the warehouse, not from the runs that produced them. While no
run is active it requests, once per crawl, one run for each contiguous range of publication years with pending
reports. When none are pending and the tables differ from those the database was built from, it requests
``publish``, at most once a day for the same tables. A year that fails therefore blocks no other year: the
database is built with the rows that the year had, and the next crawl requests the year again. On a day
without changes only the crawl runs.
"""

import dagster as dg

from assets.database.build import content_version, database_path
from assets.extraction.assets import partitions_to_update
from assets.partitions import contiguous_ranges, range_tags
from assets.resources import Clock, Warehouse
from assets.storage import parquet_store
from orchestration import jobs
from orchestration.orphaned_runs import UNFINISHED_STATUSES, fail_orphaned_runs

PENDING_REPORTS, DATABASE = dg.AssetKey("pending_reports"), dg.AssetKey("inspections_database")
#: The tag of an update run that names the crawl that it follows.
CRAWL_TAG = "inspections/crawl"


def refresh_sensor(*, automatic: bool, years_per_run: int | None = None) -> dg.SensorDefinition:
    """Return the sensor that updates years with pending reports and then publishes.

    Args:
        automatic: Start the sensor without a person.
        years_per_run: Split a range of years into runs of this many years.
    """

    @dg.sensor(
        jobs=[jobs.update_reports, jobs.publish],
        minimum_interval_seconds=60,
        description="Updates the years with pending reports, then publishes if the tables changed",
        default_status=dg.DefaultSensorStatus.RUNNING if automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def refresh_sensor(
        context: dg.SensorEvaluationContext, warehouse: Warehouse, clock: Clock
    ) -> dg.SensorResult:
        fail_orphaned_runs(context.instance)
        unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED, *UNFINISHED_STATUSES])
        if active := context.instance.get_runs(unfinished, limit=1):
            return dg.SensorResult(
                skip_reason=f"Waiting for run {active[0].run_id} of {active[0].job_name} to end",
                cursor=context.cursor,
            )
        event = context.instance.get_latest_materialization_event(PENDING_REPORTS)
        crawl_id = event.run_id if event else None
        if crawl_id and crawl_id != context.cursor:
            years = partitions_to_update(warehouse, clock.now())
            if years:
                return dg.SensorResult(
                    [
                        _update_request(first, last, crawl_id)
                        for first, last in contiguous_ranges(years, years_per_run)
                    ],
                    cursor=crawl_id,
                )
        return _publish_if_changed(context.instance, warehouse, clock, crawl_id)

    return refresh_sensor


def _update_request(first: int, last: int, crawl_id: str) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{crawl_id} {first}-{last}",
        job_name=jobs.update_reports.name,
        tags=range_tags(first, last) | {CRAWL_TAG: crawl_id},
    )


def _publish_if_changed(
    instance: dg.DagsterInstance, warehouse: Warehouse, clock: Clock, crawl_id: str | None
) -> dg.SensorResult:
    """Request ``publish`` if the database does not hold the current content of the tables."""
    if not parquet_store.count_rows(warehouse.path, "reports"):
        return dg.SensorResult(
            skip_reason="There are no reports yet: launch build_dataset, or wait for the daily crawl",
            cursor=crawl_id,
        )
    version = content_version(warehouse.path)
    event = instance.get_latest_materialization_event(DATABASE)
    materialization = event.asset_materialization if event else None
    built = (
        materialization.tags.get("dagster/data_version") if materialization and materialization.tags else None
    )
    if built == version and database_path(warehouse.path).exists():
        return dg.SensorResult(skip_reason="Nothing changed: the database is up to date", cursor=crawl_id)
    return dg.SensorResult(
        [dg.RunRequest(run_key=f"{version} {clock.now():%Y-%m-%d}", job_name=jobs.publish.name)],
        cursor=crawl_id,
    )


@dg.sensor(
    minimum_interval_seconds=30,
    description="Fails runs whose process was killed, so that queued runs do not wait for them",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def orphaned_runs_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Fail orphaned runs; the sensor requests no runs and is on even if the others are stopped."""
    failed = fail_orphaned_runs(context.instance)
    return dg.SkipReason(
        f"Failed orphaned runs: {', '.join(failed)}" if failed else "There are no orphaned runs"
    )
