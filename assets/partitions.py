"""The one partition of the dataset: the year in which a report was published.

A partition in the Dagster UI is a folder on disk (``publication_year=2022``) is a predicate in SQL. The
current year is included.
"""

import dagster as dg

FIRST_YEAR = 2009

YEARS = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=1
)


def all_years() -> dg.PartitionKeyRange:
    """Return the range from the first year to the current one."""
    keys = YEARS.get_partition_keys()
    return dg.PartitionKeyRange(keys[0], keys[-1])
