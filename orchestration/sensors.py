"""A day: when the site is walked, and what follows from it.

At 05:30 the schedule launches ``walk``. ``after_the_walk`` looks every minute, starts nothing while something
runs, and decides from what lies in the warehouse, never from how it came there: years with news are made
again, once for each walk, a run for each unbroken range of them; then, if the tables are other than those the
database was built from, it launches ``publish``, once a day for the same tables. So a year that fails blocks
nobody: the database is built with the rows it had, and the next walk asks for the year again. A day without
news is the walk and nothing more.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

import dagster as dg

from assets.database.build import content_version, database_path
from assets.extraction.assets import partitions_to_update
from assets.resources import Clock, Warehouse
from assets.storage import parquet_store
from orchestration import jobs
from orchestration.orphaned_runs import fail_orphaned_runs

PENDING_REPORTS, DATABASE = dg.AssetKey("pending_reports"), dg.AssetKey("inspections_database")
#: Names the walk whose news a run is for.
CRAWL_TAG = "inspections/crawl"

UNFINISHED = dg.RunsFilter(
    statuses=[
        dg.DagsterRunStatus.QUEUED,
        dg.DagsterRunStatus.NOT_STARTED,
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ]
)


def daily_crawl(*, automatic: bool) -> dg.ScheduleDefinition:
    """Walk the site once a day, before anybody in England is at work."""
    return dg.ScheduleDefinition(
        "daily_crawl",
        cron_schedule="30 5 * * *",
        execution_timezone="Europe/London",
        job=jobs.crawl_site,
        description="Walk the site every day at 05:30 in London",
        default_status=dg.DefaultScheduleStatus.RUNNING if automatic else dg.DefaultScheduleStatus.STOPPED,
    )


def refresh_sensor(*, automatic: bool, years_per_run: int | None = None) -> dg.SensorDefinition:
    """Make the years with news again, then publish if anything changed."""

    @dg.sensor(
        jobs=[jobs.update_reports, jobs.publish],
        minimum_interval_seconds=60,
        description="Make the years with news again, then build the database if its tables changed",
        default_status=dg.DefaultSensorStatus.RUNNING if automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def refresh_sensor(
        context: dg.SensorEvaluationContext, warehouse: Warehouse, clock: Clock
    ) -> dg.SensorResult:
        fail_orphaned_runs(context.instance)
        if running := context.instance.get_runs(UNFINISHED, limit=1):
            return dg.SensorResult(
                skip_reason=f"Waits for run {running[0].run_id} of {running[0].job_name} to end",
                cursor=context.cursor,
            )
        walked = context.instance.get_latest_materialization_event(PENDING_REPORTS)
        walk = walked.run_id if walked else None
        if walk and walk != context.cursor:
            found = partitions_to_update(warehouse, clock.now())
            if found:
                return dg.SensorResult(
                    [_of_years(*each, walk) for each in ranges(found, years_per_run)], cursor=walk
                )
        return _publication(context.instance, warehouse, clock, walk)

    return refresh_sensor


def ranges(years: Iterable[int], most: int | None = None) -> Iterator[tuple[int, int]]:
    """Give the first and last year of every unbroken range of years, of ``most`` years at most."""
    for _, numbered in groupby(enumerate(sorted(years)), lambda pair: pair[1] - pair[0]):
        unbroken = [year for _, year in numbered]
        for begun in range(0, len(unbroken), most or len(unbroken)):
            part = unbroken[begun : begun + (most or len(unbroken))]
            yield part[0], part[-1]


def _of_years(first: int, last: int, walk: str) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{walk} {first}-{last}",
        job_name=jobs.update_reports.name,
        tags={
            "dagster/asset_partition_range_start": str(first),
            "dagster/asset_partition_range_end": str(last),
            CRAWL_TAG: walk,
        },
    )


def _publication(
    instance: dg.DagsterInstance, warehouse: Warehouse, clock: Clock, walk: str | None
) -> dg.SensorResult:
    if not parquet_store.count_rows(warehouse.path, "reports"):
        return dg.SensorResult(
            skip_reason="There is no report yet: launch dataset, or wait for the morning", cursor=walk
        )
    version = content_version(warehouse.path)
    built = instance.get_latest_materialization_event(DATABASE)
    known = (
        built.asset_materialization.tags.get("dagster/data_version")
        if built and built.asset_materialization and built.asset_materialization.tags
        else None
    )
    if known == version and database_path(warehouse.path).exists():
        return dg.SensorResult(skip_reason="No news: the database holds what the tables hold", cursor=walk)
    return dg.SensorResult(
        [dg.RunRequest(run_key=f"{version} {clock.now():%Y-%m-%d}", job_name=jobs.publish.name)], cursor=walk
    )
