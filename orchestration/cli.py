"""Build from the command line: the dataset (``python -m orchestration.cli``), ``… release``, ``… website``.

Runs the job, over all years, in this process, with Dagster's instance if DAGSTER_HOME names one, so that the
run can be seen in the UI afterwards. Shows progress and what the assets warn of. Ends with where the
dataset lies, or with one sentence on what is wrong and exit code 1; the dataset that was there before stays
as it was.
"""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import dagster as dg

from assets.database.build import database_path
from assets.partitions import all_years
from assets.release import releases
from assets.release.validation import ReleaseError
from assets.resources import Warehouse
from assets.run_process import process_tags
from assets.schema.sanitize import sanitize_text
from assets.settings import SettingsError, read_settings
from assets.storage.atomic_write import WriteError
from assets.storage.locking import warehouse_lock
from orchestration.definitions import defs
from orchestration.orphaned_runs import fail_orphaned_runs

#: By what is asked for: the job that makes it, and what is said if it does not.
_COMMANDS = {
    "dataset": ("build_dataset", "The dataset was not built"),
    "release": ("make_release", "Nothing was released"),
    "website": ("make_website", "The website was not built"),
}


def main(arguments: Sequence[str] = ()) -> int:
    """Run the command line: the dataset, its release, or the website of it; return the exit code."""
    asked = arguments[0] if arguments else "dataset"
    job, undone = _COMMANDS[asked]
    try:
        read_settings()
        before = _current_release()
        # Two builds that create the tables of the Dagster instance at the same time would fail.
        with warehouse_lock(Warehouse().path, _report_wait), _instance() as instance:
            failure = run(instance, job)
        after = _current_release()
    except (SettingsError, ReleaseError, WriteError, dg.DagsterInvariantViolationError) as error:
        failure = str(error)
    if failure:
        sys.stderr.write(f"{undone}: {sanitize_text(failure)}\n")
        return 1
    done = {
        "dataset": f"{database_path(Warehouse().path)} is ready.",
        "release": f"{after} is ready."
        if after != before
        else f"No news since {after}: nothing was released.",
        "website": f"{Warehouse().path / 'website'} is ready.",
    }
    sys.stdout.write(f"{done[asked]}\n")
    return 0


def run(instance: dg.DagsterInstance, name: str = "build_dataset") -> str:
    """Run a job, the dataset's over all years; return what went wrong in a sentence, or nothing."""
    years = all_years()
    job = dg.Definitions.merge(defs(), dg.Definitions(loggers={"warnings": WARNINGS})).resolve_job_def(name)
    over_all_years = {
        "dagster/asset_partition_range_start": years.start,
        "dagster/asset_partition_range_end": years.end,
    }
    run_id = str(uuid4())
    fail_orphaned_runs(instance)
    result = job.execute_in_process(
        run_config={"loggers": {"warnings": {}}},
        instance=instance,
        run_id=run_id,
        tags=process_tags(run_id) | (over_all_years if name == "build_dataset" else {}),
        raise_on_error=False,
    )
    return "" if result.success else _failure(result)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    """Say what a run stumbled over first: a check that blocks, or what a step raised."""
    for check in result.get_asset_check_evaluations():
        if check.blocking and not check.passed:
            return f"{check.check_name}: {check.description}"
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    causes = [error.cause or error for error in failures if error]
    if not causes:
        return "the run failed; its log in the Dagster UI says why"
    if causes[0].cls_name == dg.DagsterExecutionInterruptedError.__name__:
        return "it was interrupted; what was done so far is kept, and need not be done again"
    return _sentence(causes[0].message)


def _sentence(message: str) -> str:
    """Return an exception's message without the class in front ('assets.….WriteError: disk full')."""
    kind, _, text = message.strip().partition(": ")
    return text if kind.startswith(("assets.", "orchestration.", "dagster.")) and text else message.strip()


def _is_warning(record: logging.LogRecord) -> bool:
    """Tell what an asset warns of from Dagster's own doings: its events, and errors, which end the run."""
    return record.levelno == logging.WARNING and not hasattr(record, "dagster_event")


class _Words(logging.Formatter):
    """What was said, without job, run and step, which Dagster puts in front."""

    def format(self, record: logging.LogRecord) -> str:
        return sanitize_text(
            str(getattr(record, "dagster_meta", {}).get("orig_message", record.getMessage()))
        )


def _console(_: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Words())
    handler.addFilter(_is_warning)
    logger = logging.Logger("warnings", logging.WARNING)
    logger.addHandler(handler)
    return logger


WARNINGS = dg.LoggerDefinition(_console, description="What the assets warn of, in their own words")


def _report_wait(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _current_release() -> Path | None:
    return releases.current(Warehouse().path)


def _instance() -> dg.DagsterInstance:
    if not os.environ.get("DAGSTER_HOME"):
        return dg.DagsterInstance.ephemeral()
    return dg.DagsterInstance.get()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
