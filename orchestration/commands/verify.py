"""``inspections verify`` checks a warehouse or a release completely, ``inspections check-site`` the site."""

import click

from orchestration.commands.options import CommandError, open_site, open_warehouse, site_option


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


@click.command("check-site")
@site_option
def check_site(site: str) -> None:
    """Try a site before the first crawl: --site live for the real one.

    Requests robots.txt, the first page of the searches for open and for closed authorities, one authority's
    page and one file. Prints what is as expected, and what is not; the exit code is 1 if anything is not.
    Nothing is stored.
    """
    from assets.publications import site_check
    from assets.publications.client import SiteError
    from assets.resources import ReportsSite
    from assets.settings import SettingsError

    with open_site(site) as url:
        try:
            client = ReportsSite(url=url).open()
        except (SettingsError, SiteError) as error:
            raise CommandError(str(error)) from error
        with client:
            click.echo(f"Site: {client.origin}")
            failed = 0
            for finding in site_check.check_site(client):
                failed += not finding.is_expected
                click.echo(f"{'ok ' if finding.is_expected else 'NOT'}  {finding.subject}: {finding.detail}")
    if failed:
        click.echo(f"{failed} of these are not as expected.")
        raise click.exceptions.Exit(1)
    click.echo("Everything is as expected.")
