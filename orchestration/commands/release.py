"""``inspections release``: release the database, if it changed since the current release."""

from pathlib import Path

import click

from orchestration.commands.options import CommandError, dagster_home, open_warehouse, warehouse_option


@click.command()
@warehouse_option
def release(warehouse: str) -> None:
    """Release the dataset, if it changed since the last release.

    A release is a folder with DuckDB, Parquet, CSV, a workbook and metadata.
    """
    from assets.release.validation import ReleaseError
    from orchestration.run_job import JobError, run_job

    path = open_warehouse(warehouse)
    try:
        before = _current(path)
        run_job("make_release", dagster_home(), warehouse)
        current = _current(path)
    except (JobError, ReleaseError) as error:
        raise CommandError(f"Nothing was released: {error}") from error
    if current == before:
        click.echo(f"Nothing changed since {current}: nothing was released.")
    else:
        click.echo(f"Released {current}.")


def _current(warehouse: Path) -> Path | None:
    from assets.release import releases

    return releases.current(warehouse)
