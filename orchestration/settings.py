"""The environment: three variables, read when something runs, never at import."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

from assets.publications.site import ADDRESS, LIVE

POLITE_INTERVAL = 1.0


class SettingsError(Exception):
    """A variable of the environment cannot be used: one sentence that names it."""


class Settings(BaseSettings):
    """Where the reports are read from, how fast, and where everything is kept."""

    reports_site_url: str = Field(default=LIVE, pattern=ADDRESS)
    reports_site_interval: float | None = Field(default=None, ge=0, description="seconds between requests")
    warehouse: Path = Path("warehouse")

    @property
    def interval(self) -> float:
        """Seconds between requests: as set, else none on this machine and one anywhere else."""
        if self.reports_site_interval is not None:
            return self.reports_site_interval
        return 0.0 if _on_this_machine(self.reports_site_url) else POLITE_INTERVAL


def read_settings() -> Settings:
    """Read the environment. Raises SettingsError."""
    try:
        return Settings()
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
