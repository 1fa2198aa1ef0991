"""Everything that Dagster is told: the only place that knows all assets, checks, jobs and resources."""

import dagster as dg

import assets.archive.assets
import assets.extraction.assets
import assets.publications.assets
import assets.reference.assets
import assets.release.assets
import assets.themes.assets
import assets.website.assets
from assets.resources import Clock, ReportsSite, Warehouse
from assets.settings import read_settings
from orchestration import alerts, checks, jobs, sensors

_ROOMS = (
    assets.reference.assets,
    assets.publications.assets,
    assets.archive.assets,
    assets.extraction.assets,
    assets.themes.assets,
    assets.release.assets,
    assets.website.assets,
)


def build_definitions(
    *,
    warehouse: Warehouse | None = None,
    site: ReportsSite | None = None,
    clock: Clock | None = None,
    automatic: bool = False,
    years_per_run: int | None = None,
) -> dg.Definitions:
    """Assemble the definitions; a test gives its own warehouse, site or clock.

    ``automatic`` has the schedule and the sensors run from the start; else a person switches them on. A range
    of years is one run, or as many as ``years_per_run`` makes of it.
    """
    made = [each for each in dg.load_assets_from_modules(_ROOMS) if isinstance(each, dg.AssetsDefinition)]
    if years_per_run:
        made = [_split(each, years_per_run) if each.partitions_def else each for each in made]
    return dg.Definitions(
        assets=[*made, assets.extraction.assets.pending_reports_by_year],
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        # Of whatever a run is made, it is one process, which holds the warehouse from beginning to end.
        executor=dg.in_process_executor,
        jobs=jobs.JOBS,
        schedules=[sensors.daily_crawl(automatic=automatic)],
        sensors=[
            sensors.refresh_sensor(automatic=automatic, years_per_run=years_per_run),
            alerts.run_failure_alert(automatic=automatic),
        ],
        resources={
            "warehouse": warehouse or Warehouse(),
            "site": site or ReportsSite(),
            "clock": clock or Clock(),
        },
    )


def _split(asset: dg.AssetsDefinition, years_per_run: int) -> dg.AssetsDefinition:
    """Have a range of years launched as several runs, so that several machines can share it."""
    return asset.with_attributes(backfill_policy=dg.BackfillPolicy.multi_run(years_per_run))


@dg.definitions
def defs() -> dg.Definitions:
    """Return what ``dagster dev`` and the daemon load, with what the environment says of them."""
    settings = read_settings()
    return build_definitions(automatic=settings.automatic, years_per_run=settings.years_per_run)
