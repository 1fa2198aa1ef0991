"""``inspections verify``: check a warehouse or a release completely."""

import click

from orchestration.commands.options import CommandError, open_warehouse


@click.command()
@click.argument("folder", envvar="WAREHOUSE", default="warehouse", metavar="[FOLDER]")
def verify(folder: str) -> None:
    """Check every file and row of a warehouse or a release.

    FOLDER is a warehouse (default: $WAREHOUSE, or ./warehouse) or the folder of a release. Each problem is
    one line; the exit code is 1 if there is any. A warehouse that is being built has problems.
    """
    from assets.release.validation import ReleaseError, validate_release
    from orchestration.verification import describe, is_release, verify_warehouse

    path = open_warehouse(folder)
    if not path.is_dir():
        raise CommandError(f"{path} is not a folder")
    if is_release(path):
        try:
            validate_release(path)
        except ReleaseError as error:
            raise CommandError(str(error)) from error
        click.echo(f"Release {path.name} is valid.")
        return
    problems = verify_warehouse(path)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(describe(path))
