"""Everything that Dagster is told: the only place that knows all assets, checks, jobs and resources."""

import dagster as dg

import assets.authorities.assets
import assets.extraction.assets
import assets.files.assets
import assets.publications.assets
import assets.release.assets
from orchestration import checks, jobs
from orchestration.resources import Clock, ReportsSite, Warehouse

_ROOMS = (
    assets.authorities.assets,
    assets.publications.assets,
    assets.files.assets,
    assets.extraction.assets,
    assets.release.assets,
)


def build(
    *, warehouse: Warehouse | None = None, site: ReportsSite | None = None, clock: Clock | None = None
) -> dg.Definitions:
    """Assemble the definitions; a test gives its own warehouse, site or clock."""
    return dg.Definitions(
        assets=dg.load_assets_from_modules(_ROOMS),
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        jobs=[jobs.dataset],
        resources={
            "warehouse": warehouse or Warehouse(),
            "site": site or ReportsSite(),
            "clock": clock or Clock(),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return what ``dagster dev`` and the daemon load."""
    return build()
