"""``inspections examples``: render ``docs/examples.md``, the example queries with their results."""

import click

from orchestration.commands.options import CommandError, open_warehouse, require_database, warehouse_option


@click.command(hidden=True)
@warehouse_option
def examples(warehouse: str) -> None:
    """Print the page of example queries with their results, as Markdown."""
    import duckdb

    from assets.database.examples import render_examples

    path = open_warehouse(warehouse)
    require_database(path)
    try:
        text = render_examples(path)
    except duckdb.Error as error:
        raise CommandError(f"The examples cannot be rendered: {error}") from error
    click.echo(text, nl=False)
