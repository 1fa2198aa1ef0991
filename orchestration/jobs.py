"""The jobs: what a person, the schedule and the sensors launch.

The work of a day is three jobs: ``crawl_site``, then ``update_reports`` for the years with pending reports,
then ``publish`` if the tables changed. The command line runs the same jobs, with ``build_database`` in place
of ``publish``; ``make_release`` and ``make_website`` do what follows. ``build_dataset`` does everything up to
the database in one run over the years that a person selects. Assets are selected by their position in the
graph, so a new reference table belongs to ``crawl_site`` and a new asset made from the reports of all years
to ``publish`` without being named here.
"""

from collections.abc import Iterable, Iterator
from functools import partial

import dagster as dg
from dagster._core.remote_origin import CodeLocationOrigin

from assets.database.sql_checks import load_checks
from assets.schema.tables import TABLES
from orchestration.checks import BLOCKING_CHECKS, VERIFICATION_CHECKS

REFERENCE = dg.AssetSelection.groups("reference")
LISTING = dg.AssetSelection.assets("publications", "listing_issues", "pending_reports")
BY_YEAR = dg.AssetSelection.assets("report_files", "report_lines").required_multi_asset_neighbors()
FROM_ALL_YEARS = (BY_YEAR.downstream() - BY_YEAR).required_multi_asset_neighbors()
RELEASE = dg.AssetSelection.assets("release")

_VERIFICATION = dg.AssetSelection.checks(*VERIFICATION_CHECKS)
#: The checks of tables that a crawl stores: writing has validated them, and ``publish`` runs all checks.
_CHECKS_OF_TABLES = dg.AssetSelection.checks(*BLOCKING_CHECKS)
_SQL_CHECKS = dg.AssetSelection.checks(
    *(dg.AssetCheckKey(dg.AssetKey("inspections_database"), check.name) for check in load_checks())
)

_job = partial(dg.define_asset_job, executor_def=dg.in_process_executor)

build_dataset = _job(
    "build_dataset",
    dg.AssetSelection.all() - RELEASE.downstream() - _VERIFICATION,
    description="Crawl the site, fetch new files, read changed reports and build the database, for the"
    " selected years",
)
crawl_site = _job(
    "crawl_site",
    (REFERENCE | LISTING) - _CHECKS_OF_TABLES - _VERIFICATION,
    description="Crawl the site and find the years with pending reports",
)
update_reports = _job(
    "update_reports",
    BY_YEAR - _VERIFICATION,
    description="Fetch new files and read changed reports of a range of years",
)
publish = _job(
    "publish",
    (FROM_ALL_YEARS | _CHECKS_OF_TABLES) - _VERIFICATION,
    description="Check the tables, then build the database, the release and the website",
)
build_database = _job(
    "build_database",
    ((FROM_ALL_YEARS - RELEASE.downstream()) | _CHECKS_OF_TABLES) - _VERIFICATION,
    description="Check the tables and build the database, without a release",
)
make_release = _job(
    "make_release", RELEASE - _VERIFICATION, description="Release the database, if it changed"
)
make_website = _job(
    "make_website",
    RELEASE.downstream() - _VERIFICATION,
    description="Release the database, if it changed, and build the website of the current release",
)
rebuild_website = _job(
    "rebuild_website",
    RELEASE.downstream() - RELEASE - _VERIFICATION,
    description="Build the website of the current release, or of an earlier one, without a new release",
)
verify_warehouse = _job(
    "verify_warehouse",
    _VERIFICATION | _SQL_CHECKS,
    description="Check every file and row of the warehouse, as `inspections verify` does, and the database",
)

JOBS = (
    build_dataset,
    crawl_site,
    update_reports,
    publish,
    build_database,
    make_release,
    make_website,
    rebuild_website,
    verify_warehouse,
)

#: The job of runs that materialize assets that a person selected in the UI.
_ASSET_JOB = "__ASSET_JOB"
_OTHER_ASSETS = ("pending_reports", "report_files", "inspections_database", "release", "website")


def own_runs(runs: Iterable[dg.DagsterRun], location: CodeLocationOrigin | None) -> Iterator[dg.DagsterRun]:
    """Yield the runs of this project's jobs and assets.

    Args:
        runs: Runs of any code location.
        location: The code location of the caller, if it is known; runs of other locations are left out.
    """
    names = {job.name for job in JOBS}
    assets = {dg.AssetKey(name) for name in (*TABLES, *_OTHER_ASSETS)}
    for run in runs:
        origin = run.remote_job_origin
        if location and origin and origin.location_name != location.location_name:
            continue
        if run.job_name in names or (
            run.job_name.startswith(_ASSET_JOB) and (run.asset_selection or set()) & assets
        ):
            yield run
