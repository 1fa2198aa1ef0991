"""Dagster's definitions: the only module that knows all assets, checks, jobs, schedules and sensors."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

import assets.extraction.assets
from assets.resources import Clock, ReportsSite, Warehouse
from assets.settings import read_settings
from orchestration import checks, jobs, schedules, sensors
from orchestration.alerting.sensor import alert_sensor


def build_definitions(
    *,
    warehouse: Warehouse | None = None,
    site: ReportsSite | None = None,
    clock: Clock | None = None,
    automatic: bool = False,
    years_per_run: int | None = None,
) -> dg.Definitions:
    """Return the definitions.

    Args:
        warehouse: By default the one that the environment names; likewise ``site`` and ``clock``.
        site: The reports site.
        clock: The time of a run.
        automatic: Start the schedule and the sensors without a person.
        years_per_run: Split a range of years into runs of this many years; one run if not set.
    """
    definitions = checks.ASSETS
    if years_per_run:
        definitions = [
            _split_ranges(asset, years_per_run) if asset.partitions_def else asset for asset in definitions
        ]
    return dg.Definitions(
        assets=[*definitions, assets.extraction.assets.pending_reports_by_year],
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        # Every run is one process, which holds the warehouse from beginning to end.
        executor=dg.in_process_executor,
        jobs=jobs.JOBS,
        schedules=[
            schedules.daily_crawl(automatic=automatic),
            schedules.weekly_verification(automatic=automatic),
        ],
        sensors=[
            sensors.refresh_sensor(automatic=automatic, years_per_run=years_per_run),
            sensors.orphaned_runs_sensor,
            alert_sensor(automatic=automatic),
        ],
        resources={
            "warehouse": _without_config(warehouse or Warehouse()),
            "site": _without_config(site or ReportsSite()),
            "clock": _without_config(clock or Clock()),
        },
    )


def _without_config(resource: dg.ConfigurableResource[Any]) -> dg.ResourceDefinition:
    """Return a resource that no run can configure: folder and site come from the environment only."""

    @dg.resource(config_schema={}, description=type(resource).__doc__)
    def without_config(context: dg.InitResourceContext) -> Iterator[object]:
        with resource.yield_for_execution(context) as value:
            yield value

    return without_config


def _split_ranges(asset: dg.AssetsDefinition, years_per_run: int) -> dg.AssetsDefinition:
    """Return the asset with a policy that splits a range of years into several runs, for several machines."""
    return asset.with_attributes(backfill_policy=dg.BackfillPolicy.multi_run(years_per_run))


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions that ``dagster dev`` and the daemon load, as the environment sets them."""
    settings = read_settings()
    return build_definitions(automatic=settings.automatic, years_per_run=settings.years_per_run)
