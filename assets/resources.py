"""What the assets are given to work with. Fields left empty are taken from the environment at run time."""

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

#: Of the steps in a pool one runs at a time, whatever is launched at once (``concurrency.pools`` in
#: dagster.yaml): the site sees one guest; the database, the release and the website have one writer.
#: Years are read side by side, by as many workers as there are.
SITE_POOL = "reports_site"
WRITER_POOL = "warehouse_writer"

#: Dagster puts it on the runs of a schedule.
SCHEDULE_TAG = "dagster/schedule_name"

#: How often a scheduled run asks a silent site again, and after how many seconds.
MAX_UNAVAILABLE_RETRIES, RETRY_DELAY_SECONDS = 2, 600


@contextmanager
def retry_if_unavailable(run_tags: Mapping[str, str]) -> Iterator[None]:
    """Have a step tried again later if the site gave no answer and nobody waits for its run.

    The client has tried for minutes before it says so. Nothing else is retried: a page that has changed, a
    site that wants no more requests, or a full disk is the same ten minutes on.
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
    """The folder, or prefix of an object store, in which everything is kept; a run has a folder to itself."""

    folder: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Wait until no other run writes, sweep up after killed ones, and hold the folder."""
        if context.run is None:  # a sensor only looks
            yield self
            return
        assert context.log is not None
        if context.instance:
            context.instance.add_run_tags(context.run.run_id, process_tags(context.run.run_id))
        with warehouse_lock(self.path, context.log.warning):
            yield self

    @property
    def path(self) -> Path:
        """The folder."""
        return resolve_path(self.folder) if self.folder else read_settings().warehouse

    @property
    def archive(self) -> Path:
        """The folder of the files as they were fetched."""
        return self.path / "archive"


class ReportsSite(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The public reports site, or what stands in for it."""

    url: str = ""

    def open(self) -> SiteClient:
        """Open a session with the site, to be closed by a ``with``."""
        settings = read_settings(self.url)
        policy = CrawlPolicy(interval=settings.interval, user_agent=user_agent(settings.reports_site_contact))
        return SiteClient(settings.reports_site_url, policy)


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What time it is, as ``at`` (ISO 8601, in UTC) or SOURCE_DATE_EPOCH says, else as it is."""

    at: str = ""

    def now(self) -> datetime:
        """Return the time in UTC, without a zone, as the tables hold it."""
        return self._fixed() or datetime.now(UTC).replace(tzinfo=None)

    def seconds(self) -> float:
        """Return a count of seconds from any beginning; a clock that stands counts none."""
        return 0.0 if self._fixed() else monotonic()

    def _fixed(self) -> datetime | None:
        if self.at:
            return datetime.fromisoformat(self.at)
        epoch = read_settings().source_date_epoch
        return None if epoch is None else datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)
