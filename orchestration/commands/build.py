"""``inspections build``: crawl a site, fetch and read what changed, and build the database."""

import click

from orchestration.commands.options import (
    CommandError,
    dagster_home,
    open_site,
    open_warehouse,
    site_option,
    warehouse_option,
)


@click.command()
@site_option
@warehouse_option
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Accept a listing or a table that lost more than a tenth of its rows. Check first that it is right.",
)
def build(site: str, warehouse: str, *, accept_loss: bool) -> None:
    """Build the dataset: crawl a site, fetch and read its reports.

    The site is the embedded sample, the real site, or a folder. Files are fetched once, and reports are read
    again only if they or the code changed. The database is built if the tables changed. If the build fails,
    the previous database remains.
    """
    from orchestration.commands.build_summary import Snapshot, summarise
    from orchestration.run_job import JobError, build_dataset

    path = open_warehouse(warehouse)
    before = Snapshot.read(path)
    with open_site(site) as url:
        try:
            build_dataset(dagster_home(), warehouse, url, accept_loss=accept_loss)
        except JobError as error:
            raise CommandError(f"The dataset was not built: {error}") from error
    click.echo(summarise(path, before))
