"""Runs jobs in the current process, for the command line.

``build_dataset`` does what the daily run does, without a release: it crawls the site, updates the years with
pending reports, and builds the database if the tables or the code changed. Runs are recorded in Dagster's
instance, so the UI shows them afterwards. Warnings of the assets are printed to stderr; a failed run raises
one sentence.
"""

import logging
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import dagster as dg
from sqlalchemy.exc import SQLAlchemyError

from assets.database.assets import DATABASE, is_current
from assets.extraction.assets import PENDING_REPORTS, PENDING_YEARS, POSTPONED_YEARS, metadata_years
from assets.partitions import contiguous_ranges, range_tags
from assets.progress import LOGGER, announce
from assets.resources import ReportsSite, Warehouse
from assets.run_process import process_tags
from assets.schema.sanitize import sanitize_text
from assets.settings import SettingsError, read_settings
from assets.storage.atomic_write import WriteError
from assets.storage.locking import warehouse_lock
from assets.storage.parquet_store import ReadError
from orchestration import jobs
from orchestration.definitions import build_definitions
from orchestration.orphaned_runs import fail_orphaned_runs, remove_old_runs
from orchestration.sqlite_history import fast_sqlite, open_instance

_CONSOLE = "console_warnings"
#: The configuration of each asset that has one, by its name.
Configs = Mapping[str, Mapping[str, object]]


class JobError(Exception):
    """A job failed, or cannot run: one sentence that says why."""


def run_job(
    name: str, home: Path, warehouse: str, site_url: str = "", configs: Configs = MappingProxyType({})
) -> None:
    """Run a job without partitions.

    Args:
        name: The job.
        home: DAGSTER_HOME.
        warehouse: A folder, or the address of an object store.
        site_url: The site to read; REPORTS_SITE_URL if empty.
        configs: The configuration of each asset that has one, by name.

    Raises:
        JobError: The settings or the instance cannot be used, or the run failed.
    """
    with _session(home, warehouse, site_url) as session:
        session.run(name, configs)


def build_dataset(home: Path, warehouse: str, site_url: str = "", *, accept_loss: bool = False) -> None:
    """Crawl the site, update the years with pending reports, and build the database if anything changed.

    A year that fails does not keep the other years from being updated, but no database is built. The other
    arguments and the errors are those of ``run_job``.

    Args:
        home: As for ``run_job``.
        warehouse: As for ``run_job``.
        site_url: As for ``run_job``.
        accept_loss: Accept a listing or a table that lost more rows than is plausible.
    """
    accepted = {"min_retained_share": 0.0} if accept_loss else {}
    with _session(home, warehouse, site_url) as session:
        session.run(jobs.crawl_site.name, {"publications": accepted})
        errors = []
        for first, last in contiguous_ranges(session.pending_years()):
            try:
                session.run(jobs.update_reports.name, tags=range_tags(first, last))
            except JobError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        if not session.is_database_current():
            session.run(jobs.build_database.name, {"inspections_database": accepted})


@dataclass(frozen=True)
class _Session:
    """An open instance, and the definitions whose jobs run in it."""

    instance: dg.DagsterInstance
    definitions: dg.Definitions
    warehouse: Warehouse

    def run(
        self,
        name: str,
        configs: Configs = MappingProxyType({}),
        tags: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Run a job to its end, with configurations by op. Raises JobError."""
        run_id = str(uuid4())
        result = self.definitions.resolve_job_def(name).execute_in_process(
            run_config={
                "loggers": {_CONSOLE: {}},
                "ops": {op: {"config": config} for op, config in configs.items() if config},
            },
            instance=self.instance,
            run_id=run_id,
            tags=process_tags(run_id) | dict(tags),
            raise_on_error=False,
        )
        if not result.success:
            raise JobError(sanitize_text(_failure(result)))

    def pending_years(self) -> list[int]:
        """Return the years with pending reports that the last crawl found, without a limit."""
        latest = self.instance.get_latest_materialization_event(PENDING_REPORTS)
        found = latest.asset_materialization if latest else None
        return metadata_years(found, PENDING_YEARS) + metadata_years(found, POSTPONED_YEARS)

    def is_database_current(self) -> bool:
        """Return whether the database was built from the current tables and not changed since."""
        latest = self.instance.get_latest_materialization_event(DATABASE)
        return is_current(self.warehouse.path, latest.asset_materialization if latest else None)


@contextmanager
def _session(home: Path, warehouse: str, site_url: str) -> Iterator[_Session]:
    """Open the instance with the lock of the warehouse. Raises JobError, also for errors in the context."""
    try:
        read_settings(site_url)
        resource = Warehouse(folder=warehouse)
        with (
            _progress_on_stderr(),
            # Two builds that create the tables of the Dagster instance at the same time would fail.
            warehouse_lock(resource.path, announce),
            fast_sqlite(),
            open_instance(home) as instance,
        ):
            fail_orphaned_runs(instance)
            definitions = dg.Definitions.merge(
                build_definitions(warehouse=resource, site=ReportsSite(url=site_url)),
                dg.Definitions(loggers={_CONSOLE: _CONSOLE_LOGGER}),
            )
            yield _Session(instance, definitions, resource)
            remove_old_runs(
                instance, datetime.now(UTC) - timedelta(days=read_settings(site_url).run_history_days)
            )
    except (SettingsError, WriteError, ReadError, dg.DagsterInvariantViolationError) as error:
        raise JobError(sanitize_text(str(error))) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise JobError(
            f"Dagster's history in DAGSTER_HOME={home} cannot be used ({sanitize_text(reason)}). It holds no"
            " part of the dataset: free some space, or move the folder away and run this again"
        ) from error


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
