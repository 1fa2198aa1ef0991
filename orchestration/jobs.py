"""The jobs: what one launches."""

import dagster as dg

#: Everything, from the site's listing to the database; over one year, some, or all.
dataset = dg.define_asset_job(
    "dataset",
    selection=dg.AssetSelection.all(),
    description="Walk the site, fetch what is new, read what changed, and build the database",
    executor_def=dg.in_process_executor,
)
