"""The Dagster resources of the assets: warehouse, reports site and clock, and the pools and retries of steps.

Fields that are left empty are read from the environment at run time (``assets.settings``).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import dagster as dg

from assets.publications.client import CrawlPolicy, SiteClient, UnavailableError, user_agent
from assets.run_process import process_tags
from assets.settings import read_settings
from assets.storage.filesystem import resolve_path
from assets.storage.locking import warehouse_lock

#: Pools with one step at a time across all runs (``concurrency.pools`` in dagster.yaml): one client of the
#: site, and one writer of the database, the releases and the website. Years are extracted in parallel.
SITE_POOL = "reports_site"
WRITER_POOL = "warehouse_writer"

#: Tag that Dagster sets on runs of a schedule.
SCHEDULE_TAG = "dagster/schedule_name"

#: Retries of a scheduled run while the site is unreachable.
MAX_UNAVAILABLE_RETRIES, RETRY_DELAY_SECONDS = 2, 600


@contextmanager
def retry_if_unavailable(run_tags: Mapping[str, str]) -> Iterator[None]:
    """Retry the step in ten minutes if the site is unreachable and the run was scheduled.

    The client has retried for minutes before it raises ``UnavailableError``. Other errors are not retried: a
    changed page, a refused request or a full disk will be the same ten minutes later.
    """
    try:
        yield
    except UnavailableError as error:
        if SCHEDULE_TAG not in run_tags:
            raise
        raise dg.RetryRequested(
            max_retries=MAX_UNAVAILABLE_RETRIES, seconds_to_wait=RETRY_DELAY_SECONDS
        ) from error


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The root of the dataset: a folder, or a URL in an object store. A run locks a folder while it runs."""

    folder: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Hold the lock of the warehouse for the whole run, whose steps read no setting again."""
        if context.run is None:  # a sensor only reads
            yield self
            return
        assert context.log is not None
        if context.instance:
            context.instance.add_run_tags(context.run.run_id, process_tags(context.run.run_id))
        path = self.path
        with warehouse_lock(path, context.log.warning):
            yield Warehouse(folder=str(path))

    @property
    def path(self) -> Path:
        """The root."""
        return resolve_path(self.folder) if self.folder else read_settings().warehouse

    @property
    def archive(self) -> Path:
        """The folder of the archived files."""
        return self.path / "archive"


class ReportsSite(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The reports site, or a local substitute."""

    url: str = ""

    def open(self) -> SiteClient:
        """Return a client of the site, to be used as a context manager."""
        settings = read_settings(self.url)
        policy = CrawlPolicy(interval=settings.interval, user_agent=user_agent(settings.reports_site_contact))
        return SiteClient(settings.reports_site_url, policy)


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The current time, or a fixed one: ``at`` (ISO 8601, UTC), else SOURCE_DATE_EPOCH if set."""

    at: str = ""

    def now(self) -> datetime:
        """Return the time in UTC, without a time zone, as in the tables."""
        return self._fixed() or datetime.now(UTC).replace(tzinfo=None)

    def seconds(self) -> float:
        """Return seconds from an arbitrary start, to measure durations; always 0 for a fixed clock."""
        return 0.0 if self._fixed() else monotonic()

    def _fixed(self) -> datetime | None:
        if self.at:
            return datetime.fromisoformat(self.at)
        epoch = read_settings().source_date_epoch
        return None if epoch is None else datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)
