"""The partitions of the dataset: one per year of publication, the current year included.

A partition is a key in the Dagster UI, a folder on disk (``publication_year=2022``) and a predicate in SQL.
"""

import warnings
from collections.abc import Iterable, Iterator
from itertools import groupby

import dagster as dg

from assets.publications.listing import FIRST_YEAR

# The assets rely on `backfill_policy` for one run over several years; Dagster marks it as beta. Every module
# with a partitioned asset imports this module before it defines the asset.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", dg.BetaWarning)

YEARS = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=1
)


def all_years() -> dg.PartitionKeyRange:
    """Return the range from the first year to the current one."""
    keys = YEARS.get_partition_keys()
    return dg.PartitionKeyRange(keys[0], keys[-1])


def contiguous_ranges(years: Iterable[int], max_length: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the first and last year of each contiguous range, in parts of at most ``max_length`` years."""
    for _, numbered in groupby(enumerate(sorted(years)), lambda pair: pair[1] - pair[0]):
        contiguous = [year for _, year in numbered]
        length = max_length or len(contiguous)
        for start in range(0, len(contiguous), length):
            part = contiguous[start : start + length]
            yield part[0], part[-1]


def range_tags(first: int | str, last: int | str) -> dict[str, str]:
    """Return the tags of a run over a range of years."""
    return {
        "dagster/asset_partition_range_start": str(first),
        "dagster/asset_partition_range_end": str(last),
    }
