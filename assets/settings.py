"""The settings: environment variables, validated. They are read at run time, never at import.

Belongs here: every variable that the product reads, except ``DAGSTER_HOME``, which Dagster reads itself.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assets.processors import usable_processors
from assets.publications.client import LIVE_SITE_URL, SITE_URL_PATTERN
from assets.storage.filesystem import resolve_path

#: Seconds between requests to a site that is not on this machine.
POLITE_INTERVAL = 1.0
#: Variables whose values never appear in an error.
SECRETS = frozenset({"ALERT_WEBHOOK"})


class SettingsError(Exception):
    """An environment variable is invalid. The message is one sentence that names it."""


class Settings(BaseSettings):
    """The environment variables of the same names, in upper case."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    reports_site_url: str = Field(default=LIVE_SITE_URL, pattern=SITE_URL_PATTERN)
    reports_site_interval: float | None = Field(default=None, ge=0, description="seconds between requests")
    reports_site_contact: str = Field(
        default="",
        pattern=r"^[\w.+@:/-]*$",
        description="contact address in the User-Agent header, for the operators of the site",
    )
    warehouse: Annotated[Any, BeforeValidator(resolve_path)] = Path("warehouse")
    #: Time of a reproducible build: https://reproducible-builds.org/specs/source-date-epoch/
    source_date_epoch: int | None = Field(default=None, ge=0, description="seconds since 1970, UTC")
    automatic: bool = Field(
        default=True, description="whether the schedule and the sensors are on by default"
    )
    years_per_run: int | None = Field(
        default=None, ge=1, description="years per run of a backfill; one run for all years if not set"
    )
    reread_limit: int = Field(
        default=5000,
        validation_alias="INSPECTIONS_REREAD_LIMIT",
        ge=1,
        description="reports that are read again after one crawl because the parser changed",
    )
    alert_webhook: str = Field(
        default="",
        pattern=r"^(https?://[^\s]+)?$",
        repr=False,
        description="URL that receives failed runs and the daily message; a secret",
    )
    alert_severity: Literal["error", "warning", "info"] = Field(
        default="info",
        validation_alias="INSPECTIONS_ALERT_SEVERITY",
        description="the least severity of what the daily message contains",
    )
    processes: int | None = Field(
        default=None,
        ge=1,
        validation_alias="INSPECTIONS_PROCESSES",
        description="processes that read reports; as many as this process may use processors if not set",
    )
    run_history_days: int = Field(
        default=90,
        ge=1,
        validation_alias="INSPECTIONS_RUN_HISTORY_DAYS",
        description="age in days from which runs are removed from Dagster's history",
    )
    prune_releases: bool = Field(
        default=True,
        validation_alias="INSPECTIONS_PRUNE_RELEASES",
        description="whether a release that another one of the same month replaced keeps only its Parquet"
        " files",
    )
    website_url: str = Field(
        default="",
        validation_alias="INSPECTIONS_WEBSITE_URL",
        pattern=r"^(https?://[^\s?#\"'<>]+)?$",
        description="public address of the website; without it no page has an absolute address of its own",
    )
    mistakes_address: str = Field(
        default="",
        validation_alias="INSPECTIONS_MISTAKES_ADDRESS",
        pattern=r"^(mailto:[^\s?&\"'<>]+@[^\s?&\"'<>]+|https://[^\s\"'<>]+)?$",
        description="where readers report mistakes: a mailto address, or the address of an issue form",
    )

    @property
    def interval(self) -> float:
        """Seconds between requests: as set; otherwise 0 for a site on this machine and 1 for any other."""
        if self.reports_site_interval is not None:
            return self.reports_site_interval
        return 0.0 if _is_loopback(self.reports_site_url) else POLITE_INTERVAL

    @property
    def reader_processes(self) -> int:
        """Number of processes that read reports: as set; otherwise one for each usable processor."""
        return self.processes or usable_processors()


def read_settings(reports_site_url: str = "") -> Settings:
    """Read the environment. ``reports_site_url`` overrides the variable if given. Raises SettingsError."""
    try:
        return Settings(reports_site_url=reports_site_url) if reports_site_url else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        if name in SECRETS:
            raise SettingsError(f"{name} cannot be used: it is not an address of http or https") from None
        raise SettingsError(f"{name}={first['input']!r} cannot be used: {first['msg']}") from error


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
