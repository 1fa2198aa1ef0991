"""``inspections website``: build the website of the current release."""

import click

from orchestration.commands.options import CommandError, dagster_home, open_warehouse, warehouse_option


@click.command()
@warehouse_option
def website(warehouse: str) -> None:
    """Build the website of the current release.

    The dataset is released first, if it changed.
    """
    from orchestration.run_job import JobError, run_job

    path = open_warehouse(warehouse)
    try:
        run_job("make_website", dagster_home(), warehouse)
    except JobError as error:
        raise CommandError(f"The website was not built: {error}") from error
    click.echo(f"Built {path / 'website'}. Next: inspections serve")
