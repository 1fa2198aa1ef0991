"""The partitions of the dataset: one per year of publication, the current year included.

A partition is a key in the Dagster UI, a folder on disk (``publication_year=2022``) and a predicate in SQL.
"""

import warnings

import dagster as dg

# The assets rely on `backfill_policy` for one run over several years; Dagster marks it as beta. Every module
# with a partitioned asset imports this module before it defines the asset.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", dg.BetaWarning)

FIRST_YEAR = 2009

YEARS = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=1
)


def all_years() -> dg.PartitionKeyRange:
    """Return the range from the first year to the current one."""
    keys = YEARS.get_partition_keys()
    return dg.PartitionKeyRange(keys[0], keys[-1])
