"""``inspections release``: release the database, if it changed, or restore the formats of a release."""

from pathlib import Path

import click

from orchestration.commands.options import CommandError, dagster_home, open_warehouse, warehouse_option


@click.command()
@click.option("--restore", metavar="VERSION", help="Write the removed files of this release again.")
@warehouse_option
def release(restore: str | None, warehouse: str) -> None:
    """Release the dataset, if it changed since the last release.

    A release is a folder with DuckDB, Parquet, CSV, a workbook and metadata. When another one of the same
    month replaces it, only its Parquet files remain. With --restore, the other files are written again from
    them and compared with the published hashes; the release then keeps them.
    """
    path = open_warehouse(warehouse)
    if restore:
        _restore(path, restore)
    else:
        _release(path, warehouse)


def _restore(path: Path, version: str) -> None:
    from assets.progress import announce
    from assets.release import pruning, releases
    from assets.release.validation import ReleaseError
    from assets.storage.atomic_write import WriteError
    from assets.storage.locking import warehouse_lock

    try:
        with warehouse_lock(path, announce):
            names = pruning.restore(releases.find(path, version))
    except (ReleaseError, WriteError) as error:
        raise CommandError(f"Nothing was restored: {error}") from error
    click.echo(f"Restored {len(names)} files of {version}." if names else f"{version} has all its files.")


def _release(path: Path, warehouse: str) -> None:
    from assets.release.validation import ReleaseError
    from orchestration.run_job import JobError, run_job

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
