"""``inspections website``: build the website of the current release."""

import click

from orchestration.commands.options import CommandError, dagster_home, open_warehouse, warehouse_option


@click.command()
@click.option("--release", metavar="VERSION", help="Build the website of this release, without a new one.")
@warehouse_option
def website(release: str | None, warehouse: str) -> None:
    """Build the website of the current release.

    The dataset is released first, if it changed. With --release, the website of an earlier release is built
    again, until the next website is built.
    """
    from orchestration.run_job import JobError, run_job

    path = open_warehouse(warehouse)
    try:
        if release:
            run_job("rebuild_website", dagster_home(), warehouse, configs={"website": {"release": release}})
        else:
            run_job("make_website", dagster_home(), warehouse)
    except JobError as error:
        raise CommandError(f"The website was not built: {error}") from error
    click.echo(f"Built {path / 'website'}. Next: inspections serve")
