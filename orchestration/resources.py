"""What the assets are given to work with. Fields left empty are taken from the environment at run time."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.publications.site import Manners, Site
from orchestration.settings import read_settings


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folder in which everything is kept."""

    folder: str = ""

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder) if self.folder else read_settings().warehouse

    @property
    def archive(self) -> Path:
        """The folder of the files as they were fetched."""
        return self.path / "archive"


class ReportsSite(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The public reports site, or what stands in for it."""

    url: str = ""

    def open(self) -> Site:
        """Open a session with the site, to be closed by a ``with``."""
        settings = read_settings()
        return Site(self.url or settings.reports_site_url, Manners(interval=settings.interval))


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What time it is, so that a test can say so; ``at`` is ISO 8601, in UTC."""

    at: str = ""

    def now(self) -> datetime:
        """Return the time in UTC, without a zone, as the tables hold it."""
        return datetime.fromisoformat(self.at) if self.at else datetime.now(UTC).replace(tzinfo=None)
