"""Build the dataset from the command line: ``python -m orchestration.build``.

Runs the job over all years in this process, with Dagster's instance if DAGSTER_HOME names one, so that the
run can be seen in the UI afterwards. Ends with what the dataset holds, or with one sentence on what is wrong
and exit code 1; the dataset that was there before stays as it was.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from assets.release import database
from orchestration.definitions import defs
from orchestration.partitions import all_years
from orchestration.resources import Warehouse
from orchestration.settings import SettingsError, read_settings

_QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


def main() -> int:
    """Run the command line; return the exit code."""
    try:
        read_settings()
    except SettingsError as error:
        return _fail(str(error))
    with _instance() as instance:
        if failure := run(instance):
            return _fail(failure)
    _print_summary()
    return 0


def run(instance: dg.DagsterInstance) -> str:
    """Build everything over all years; return what went wrong in a sentence, or nothing."""
    years = all_years()
    job = defs().resolve_job_def("dataset")
    result = job.execute_in_process(
        instance=instance,
        tags={
            "dagster/asset_partition_range_start": years.start,
            "dagster/asset_partition_range_end": years.end,
        },
        raise_on_error=False,
    )
    if result.success:
        return ""
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    causes = [error.cause or error for error in failures if error]
    return _sentence(causes[0].message) if causes else "the run failed; its log in the Dagster UI says why"


@contextmanager
def _instance() -> Iterator[dg.DagsterInstance]:
    if os.environ.get("DAGSTER_HOME"):
        with dg.DagsterInstance.get() as instance:
            yield instance
    else:
        with dg.DagsterInstance.ephemeral() as instance:
            yield instance


def _sentence(message: str) -> str:
    """Strip the exception's class from its message: 'assets.tables.replacing.WriteError: disk full'."""
    kind, separator, text = message.strip().partition(": ")
    return text if separator and " " not in kind else message.strip()


def _fail(sentence: str) -> int:
    sys.stderr.write(f"The dataset was not built: {sentence}\n")
    return 1


def _print_summary() -> None:
    path = database.location(Warehouse().path)
    sys.stdout.write(f"{path} is ready.\n")


if __name__ == "__main__":
    sys.exit(main())
