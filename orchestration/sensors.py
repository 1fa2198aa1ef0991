"""The sensors: which runs follow from the state of the warehouse, and which runs are orphaned.

``refresh_sensor`` decides from the event log alone; a tick reads no file of the warehouse. While none of the
project's runs is active it requests, once per crawl, one run for each contiguous range of publication years
with pending reports. When none are pending and the tables differ from those the database was built from, it
requests ``publish``, at most once a day for the same tables. A year that fails therefore blocks no other
year: the database is built with the rows that the year had, and the next crawl requests the year again. On a
day without changes only the crawl runs.

``docs/operations.md`` says why these decisions are not left to declarative automation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.database.assets import DATABASE
from assets.database.build import combined_version, database_path
from assets.extraction.assets import (
    PENDING_REPORTS,
    PENDING_YEARS,
    POSTPONED_YEARS,
    STORED_REPORTS,
    metadata_years,
)
from assets.partitions import contiguous_ranges, range_tags
from assets.resources import Clock, Warehouse
from assets.schema.tables import TABLES
from assets.settings import read_settings
from assets.table_assets import DATA_VERSION_TAG, TABLE_VERSION, TABLE_VERSIONS
from orchestration import jobs
from orchestration.jobs import own_runs
from orchestration.orphaned_runs import (
    UNFINISHED_STATUSES,
    fail_orphaned_runs,
    remove_old_runs,
    repeat_forgotten_failures,
)

#: The tag of an update run that names the crawl that it follows.
CRAWL_TAG = "inspections/crawl"
#: Dagster retries a failed run within seconds; after a day the next daily run has replaced it.
RETRY_DELAY, RETRY_LIMIT = timedelta(minutes=1), timedelta(days=1)


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
        for run in _unfinished_runs(context):
            return dg.SensorResult(
                skip_reason=f"Waiting for run {run.run_id} of {run.job_name} to end", cursor=context.cursor
            )
        records = _asset_records(context.instance)
        crawl = records.get(PENDING_REPORTS)
        if crawl is None:
            return dg.SensorResult(
                skip_reason="There are no reports yet: launch build_dataset, or wait for the daily crawl"
            )
        crawl_id = crawl.run_id
        if crawl_id != context.cursor and (years := metadata_years(crawl.materialization, PENDING_YEARS)):
            ranges = contiguous_ranges(years, years_per_run)
            return dg.SensorResult(
                [_update_request(first, last, crawl_id) for first, last in ranges], cursor=crawl_id
            )
        if postponed := metadata_years(crawl.materialization, POSTPONED_YEARS):
            years_listed = ", ".join(map(str, postponed))
            return dg.SensorResult(
                skip_reason=f"Waiting for the next crawl: the reports of {years_listed} were"
                " read by another version of the parser, and nothing is published until they are read again",
                cursor=crawl_id,
            )
        return _publish_if_changed(records, warehouse, clock)

    return refresh_sensor


def _update_request(first: int, last: int, crawl_id: str) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{crawl_id} {first}-{last}",
        job_name=jobs.update_reports.name,
        tags=range_tags(first, last) | {CRAWL_TAG: crawl_id},
    )


@dataclass(frozen=True)
class _Record:
    """The latest materialization of an asset; ``storage_id`` orders the records of all assets."""

    storage_id: int
    run_id: str
    materialization: dg.AssetMaterialization

    def value(self, key: str) -> object:
        """Return a metadata value; None if there is none."""
        entry = self.materialization.metadata.get(key)
        return entry.value if entry is not None else None


def _asset_records(instance: dg.DagsterInstance) -> dict[dg.AssetKey, _Record]:
    """Return the latest materializations of the tables, the pending reports and the database."""
    keys = [PENDING_REPORTS, DATABASE, *map(dg.AssetKey, TABLES)]
    found = {}
    for record in instance.get_asset_records(keys):
        latest = record.asset_entry.last_materialization_record
        if latest and latest.asset_materialization:
            found[record.asset_entry.asset_key] = _Record(
                latest.storage_id, latest.run_id, latest.asset_materialization
            )
    return found


def stored_versions(records: Mapping[dg.AssetKey, _Record]) -> dict[str, str]:
    """Return the hash of each stored table, according to the latest event that states it.

    The database and each crawl state the hashes of all tables, the materialization of a table its own.
    """
    versions: dict[str, str] = {}
    for key, record in sorted(records.items(), key=lambda item: item[1].storage_id):
        stated = record.value(TABLE_VERSIONS)
        if isinstance(stated, Mapping):
            versions |= {str(name): str(version) for name, version in stated.items()}
        elif isinstance(version := record.value(TABLE_VERSION), str):
            versions[key.to_user_string()] = version
    return versions


def _publish_if_changed(
    records: Mapping[dg.AssetKey, _Record], warehouse: Warehouse, clock: Clock
) -> dg.SensorResult:
    """Request ``publish`` if the database was not built from the current tables and code."""
    crawl, built = records[PENDING_REPORTS], records.get(DATABASE)
    if not (built or crawl.value(STORED_REPORTS) or dg.AssetKey("reports") in records):
        return dg.SensorResult(
            skip_reason="There are no reports yet: the last crawl found none, or reading them failed",
            cursor=crawl.run_id,
        )
    version = combined_version(stored_versions(records))
    if (
        built
        and (built.materialization.tags or {}).get(DATA_VERSION_TAG) == version
        and database_path(warehouse.path).exists()
    ):
        return dg.SensorResult(skip_reason="Nothing changed: the database is up to date", cursor=crawl.run_id)
    return dg.SensorResult(
        [dg.RunRequest(run_key=f"{version} {clock.now():%Y-%m-%d}", job_name=jobs.publish.name)],
        cursor=crawl.run_id,
    )


def _unfinished_runs(context: dg.SensorEvaluationContext) -> Iterator[dg.DagsterRun]:
    """Yield the unfinished runs of this project."""
    statuses = [dg.DagsterRunStatus.QUEUED, *UNFINISHED_STATUSES]
    return own_runs(context.instance.get_runs(dg.RunsFilter(statuses=statuses)), context.code_location_origin)


@dg.sensor(
    minimum_interval_seconds=30,
    description="Fails runs whose process was killed, so that queued runs do not wait for them, reports"
    " failures again that Dagster forgot to retry, and removes old runs from the history once a day",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def orphaned_runs_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Fail orphaned runs; the sensor requests no runs and is on even if the others are stopped."""
    failed = fail_orphaned_runs(context.instance)
    now = datetime.now(UTC)
    repeated = repeat_forgotten_failures(context.instance, now - RETRY_LIMIT, now - RETRY_DELAY)
    today = str(now.date())
    if context.cursor != today:
        remove_old_runs(context.instance, now - timedelta(days=read_settings().run_history_days))
    done = [
        *([f"Failed orphaned runs: {', '.join(failed)}"] if failed else []),
        *([f"Failed runs that were not retried: {', '.join(repeated)}"] if repeated else []),
    ]
    return dg.SensorResult(skip_reason="; ".join(done) or "There are no orphaned runs", cursor=today)
