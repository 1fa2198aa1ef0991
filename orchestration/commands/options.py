"""What several commands share: options, errors, the warehouse, the site to read, and Dagster's home."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

SAMPLE, LIVE = "sample", "live"
ROOT = Path(__file__).parents[2]

warehouse_option = click.option(
    "--warehouse",
    envvar="WAREHOUSE",
    default="warehouse",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="Folder, or s3:// address, that holds the dataset.",
)
site_option = click.option(
    "--site",
    default=SAMPLE,
    show_default=True,
    metavar="sample|live|FOLDER",
    help="The site to read: the embedded sample, the real site, or a folder of publications.csv and PDFs."
    " REPORTS_SITE_URL takes precedence.",
)


class CommandError(click.ClickException):
    """A command failed: one sentence on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence without click's prefix."""
        click.echo(self.format_message(), file=file, err=file is None)


def open_warehouse(address: str) -> Path:
    """Return the path of a warehouse, local or remote."""
    from assets.storage.filesystem import resolve_path

    try:
        return resolve_path(address)
    except ValueError as error:
        raise CommandError(f"The warehouse {address} cannot be used: {error}") from error


def require_database(warehouse: Path) -> Path:
    """Return the path of a warehouse's database, which must exist."""
    from assets.database.build import database_path

    path = database_path(warehouse)
    if not path.exists():
        raise CommandError(f"{path} does not exist: build the dataset first (inspections build)")
    return path


@contextmanager
def open_site(site: str) -> Iterator[str]:
    """Yield the URL of the site to read, and serve a folder on loopback while the context lasts.

    The URL is empty if REPORTS_SITE_URL is set: it is then read together with the other settings.
    """
    if os.environ.get("REPORTS_SITE_URL"):
        yield ""
    elif site == LIVE:
        from assets.publications.client import LIVE_SITE_URL

        yield LIVE_SITE_URL
    else:
        from orchestration.local_site import serve
        from orchestration.report_folder import ReportFolderError

        try:
            server = serve(_sample_folder() if site == SAMPLE else Path(site))
            url = server.__enter__()
        except ReportFolderError as error:
            raise CommandError(f"The site cannot be served: {error}") from error
        try:
            yield url
        finally:
            server.__exit__(None, None, None)


def _sample_folder() -> Path:
    """Return the folder of the embedded sample, in the current folder or in the checkout."""
    relative = Path("warehouse") / "sample"
    for folder in (relative, ROOT / relative):
        if folder.is_dir():
            return folder
    raise CommandError(
        f"There is no sample in {relative}: run this in a checkout, or name a site with --site"
    )


def dagster_home() -> Path:
    """Return the absolute path of DAGSTER_HOME, by default ``.dagster`` in the current folder.

    A folder that does not exist yet is created with the settings of ``deploy/dagster.local.yaml``.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or ".dagster").absolute()
    settings = home / "dagster.yaml"
    try:
        if not home.exists():
            home.mkdir()
            shutil.copyfile(Path(__file__).parents[1] / "deploy" / "dagster.local.yaml", settings)
    except OSError as error:
        raise CommandError(f"DAGSTER_HOME={home} cannot be created: {error.strerror}") from error
    return home
