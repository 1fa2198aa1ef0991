"""The jobs: what one launches, and what a day consists of.

``dataset`` is all of it up to the database in one run, as the command line and a person launch it;
``make_release`` and ``make_website`` make what comes after. A day is three: ``walk``, then ``years`` for the
years with news, then ``publish``; ``day`` says when. What is added later falls into its place by where it
stands: reference tables belong to the walk, whatever is made from the reports of all years to ``publish``.
"""

from functools import partial

import dagster as dg

from orchestration.checks import BLOCKING_CHECKS

REFERENCE = dg.AssetSelection.groups("reference")
LISTING = dg.AssetSelection.assets("publications", "pending_reports")
YEARLY = dg.AssetSelection.assets("report_files", "report_lines").required_multi_asset_neighbors()
OF_ALL_YEARS = (YEARLY.downstream() - YEARLY).required_multi_asset_neighbors()
RELEASE = dg.AssetSelection.assets("release")

_job = partial(dg.define_asset_job, executor_def=dg.in_process_executor)

build_dataset = _job(
    "build_dataset",
    dg.AssetSelection.all() - RELEASE.downstream(),
    description="Walk the site, fetch what is new, read what changed, build the database; by years",
)
crawl_site = _job(
    "crawl_site", REFERENCE | LISTING, description="Walk the site, and tell which years have news"
)
update_reports = _job(
    "update_reports", YEARLY, description="Fetch and read what is new in one year or a range of years"
)
publish = _job(
    "publish",
    OF_ALL_YEARS | dg.AssetSelection.checks(*BLOCKING_CHECKS),
    description="Check the tables as a whole, build the database, then the release and the website",
)
make_release = _job("make_release", RELEASE, description="Release the database, if it has news")
make_website = _job(
    "make_website",
    RELEASE.downstream(),
    description="Release the database, if it has news, and make the website of the current release",
)

JOBS = (build_dataset, crawl_site, update_reports, publish, make_release, make_website)
