"""Runs a job in the current process, for the command line.

The run is recorded in Dagster's instance, so the UI shows it afterwards. Warnings of the assets are printed
to stderr; a failed run raises one sentence.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import dagster as dg

from assets.partitions import all_years
from assets.progress import LOGGER, announce
from assets.resources import ReportsSite, Warehouse
from assets.run_process import process_tags
from assets.schema.sanitize import sanitize_text
from assets.settings import SettingsError, read_settings
from assets.storage.atomic_write import WriteError
from assets.storage.locking import warehouse_lock
from orchestration import jobs
from orchestration.definitions import build_definitions
from orchestration.orphaned_runs import fail_orphaned_runs

_CONSOLE = "console_warnings"


class JobError(Exception):
    """A job failed, or cannot run: one sentence that says why."""


def run_job(name: str, home: Path, warehouse: str, site_url: str = "") -> None:
    """Run a job; ``build_dataset`` runs over all years.

    Args:
        name: The job.
        home: DAGSTER_HOME.
        warehouse: A folder, or the address of an object store.
        site_url: The site to read; REPORTS_SITE_URL if empty.

    Raises:
        JobError: The settings or the instance cannot be used, or the run failed.
    """
    try:
        read_settings(site_url)
        resource = Warehouse(folder=warehouse)
        with (
            _progress_on_stderr(),
            # Two builds that create the tables of the Dagster instance at the same time would fail.
            warehouse_lock(resource.path, announce),
            _open_instance(home) as instance,
        ):
            _run(instance, name, resource, ReportsSite(url=site_url))
    except (SettingsError, WriteError, dg.DagsterInvariantViolationError) as error:
        raise JobError(sanitize_text(str(error))) from error


def _run(instance: dg.DagsterInstance, name: str, warehouse: Warehouse, site: ReportsSite) -> None:
    definitions = dg.Definitions.merge(
        build_definitions(warehouse=warehouse, site=site),
        dg.Definitions(loggers={_CONSOLE: _CONSOLE_LOGGER}),
    )
    run_id = str(uuid4())
    fail_orphaned_runs(instance)
    result = definitions.resolve_job_def(name).execute_in_process(
        run_config={"loggers": {_CONSOLE: {}}},
        instance=instance,
        run_id=run_id,
        tags=process_tags(run_id) | (_all_years_tags() if name == jobs.build_dataset.name else {}),
        raise_on_error=False,
    )
    if not result.success:
        raise JobError(sanitize_text(_failure(result)))


def _all_years_tags() -> dict[str, str]:
    years = all_years()
    return {
        "dagster/asset_partition_range_start": years.start,
        "dagster/asset_partition_range_end": years.end,
    }


def _failure(result: dg.ExecuteInProcessResult) -> str:
    """Return the first cause of a failed run: a blocking check that did not pass, or the error of a step."""
    for check in result.get_asset_check_evaluations():
        if check.blocking and not check.passed:
            return f"{check.check_name}: {check.description}"
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    causes = [error.cause or error for error in failures if error]
    if not causes:
        return "the run failed; its log in the Dagster UI says why (inspections ui)"
    if causes[0].cls_name == dg.DagsterExecutionInterruptedError.__name__:
        return "it was interrupted; completed work is kept and is not repeated"
    return _without_class_name(causes[0].message)


def _without_class_name(message: str) -> str:
    """Remove the class from a message such as 'assets.storage.atomic_write.WriteError: disk full'."""
    class_name, _, text = message.strip().partition(": ")
    return (
        text if class_name.startswith(("assets.", "orchestration.", "dagster.")) and text else message.strip()
    )


def _is_asset_warning(record: logging.LogRecord) -> bool:
    """Return whether a record is a warning of an asset: no event of Dagster, no error that ends the run."""
    return record.levelno == logging.WARNING and not hasattr(record, "dagster_event")


class _MessageOnly(logging.Formatter):
    """Formats a record without the job, run and step that Dagster puts before the message."""

    def format(self, record: logging.LogRecord) -> str:
        return sanitize_text(
            str(getattr(record, "dagster_meta", {}).get("orig_message", record.getMessage()))
        )


def _console_logger(_: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MessageOnly())
    handler.addFilter(_is_asset_warning)
    logger = logging.Logger(_CONSOLE, logging.WARNING)
    logger.addHandler(handler)
    return logger


_CONSOLE_LOGGER = dg.LoggerDefinition(_console_logger, description="Prints the warnings of assets to stderr")


@contextmanager
def _progress_on_stderr() -> Iterator[None]:
    """Print one line per stage to stderr while the context lasts."""
    handler = logging.StreamHandler(sys.stderr)
    level = LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)


def _open_instance(home: Path) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(home))
