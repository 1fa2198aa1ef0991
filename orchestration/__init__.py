"""How the dataset is made: partitions, resources, jobs, checks. No parsing, no SQL.

The assets themselves live in ``assets``; only ``orchestration.definitions`` knows them all.
"""

import warnings

from dagster import BetaWarning

# One run over many years rests on it. That Dagster may still change it is for us to know, not for users.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", BetaWarning)
