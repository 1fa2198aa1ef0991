"""Which runs belong to this project: an instance may hold runs of other code locations."""

from collections.abc import Iterable, Iterator

import dagster as dg
from dagster._core.remote_origin import CodeLocationOrigin

from assets.schema.tables import TABLES
from orchestration import jobs

#: The job of runs that materialize assets that a person selected in the UI.
_ASSET_JOB = "__ASSET_JOB"
_OTHER_ASSETS = ("pending_reports", "report_files", "inspections_database", "release", "website")


def own_runs(runs: Iterable[dg.DagsterRun], location: CodeLocationOrigin | None) -> Iterator[dg.DagsterRun]:
    """Yield the runs of this project's jobs and assets.

    Args:
        runs: Runs of any code location.
        location: The code location of the caller, if it is known; runs of other locations are left out.
    """
    names = {job.name for job in jobs.JOBS}
    assets = {dg.AssetKey(name) for name in (*TABLES, *_OTHER_ASSETS)}
    for run in runs:
        origin = run.remote_job_origin
        if location and origin and origin.location_name != location.location_name:
            continue
        if run.job_name in names or (
            run.job_name.startswith(_ASSET_JOB) and (run.asset_selection or set()) & assets
        ):
            yield run
