"""The environment: eight variables, read when something runs, never at import."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings

from assets.publications.client import LIVE_SITE_URL, SITE_URL_PATTERN
from assets.storage.filesystem import resolve_path

POLITE_INTERVAL = 1.0


class SettingsError(Exception):
    """A variable of the environment cannot be used: one sentence that names it."""


class Settings(BaseSettings):
    """Where the reports are read from, how fast, where everything is kept, and what happens by itself."""

    reports_site_url: str = Field(default=LIVE_SITE_URL, pattern=SITE_URL_PATTERN)
    reports_site_interval: float | None = Field(default=None, ge=0, description="seconds between requests")
    reports_site_contact: str = Field(
        default="", pattern=r"^[\w.+@:/-]*$", description="where the site's keepers reach whoever reads it"
    )
    warehouse: Annotated[Any, BeforeValidator(resolve_path)] = Path("warehouse")
    #: The time of a build that is to give the same bytes again: https://reproducible-builds.org/specs/
    source_date_epoch: int | None = Field(default=None, ge=0, description="seconds since 1970, UTC")
    automatic: bool = Field(
        default=True, description="the daily schedule and the sensors are on from the start"
    )
    years_per_run: int | None = Field(
        default=None, ge=1, description="of a range of years; all in one run if not set"
    )
    alert_webhook: str = Field(default="", pattern=r"^(https?://[^\s]+)?$", description="told of failed runs")

    @property
    def interval(self) -> float:
        """Seconds between requests: as set, else none on this machine and one anywhere else."""
        if self.reports_site_interval is not None:
            return self.reports_site_interval
        return 0.0 if _on_this_machine(self.reports_site_url) else POLITE_INTERVAL


def read_settings(reports_site_url: str = "") -> Settings:
    """Read the environment; a site that is given takes the place of its own. Raises SettingsError."""
    try:
        return Settings(reports_site_url=reports_site_url) if reports_site_url else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise SettingsError(f"{name}={first['input']!r} cannot be used: {first['msg']}") from error


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
