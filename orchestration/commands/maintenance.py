"""The hidden commands with which maintainers regenerate committed files.

``inspections examples`` renders ``docs/examples.md``, the example queries with their results;
``inspections reference`` makes the extracts of official statistics from their original files.
"""

from pathlib import Path

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


@click.command(hidden=True)
@click.argument("originals", type=click.Path(exists=True, file_okay=False, path_type=Path))
def reference(originals: Path) -> None:
    """Regenerate the extracts of official statistics in assets/reference/data from the files in ORIGINALS.

    For maintainers of this project, in a checkout, when a new release of the statistics is added.
    """
    import assets.reference
    from assets.reference.extracts import write_extracts
    from assets.reference.loaders import read_reference_tables
    from assets.reference.ofsted_spreadsheets import write_record
    from assets.schema.csv_files import CsvFileError
    from assets.storage.atomic_write import WriteError

    data = Path(assets.reference.__file__).parent / "data"
    tables = read_reference_tables()
    codes = tables["authorities"], tables["gss_codes"]
    try:
        paths = [
            *write_extracts(originals, data / "official", *codes),
            *write_record(originals, data, *codes),
        ]
    except (CsvFileError, WriteError) as error:
        raise CommandError(str(error)) from error
    for path in paths:
        click.echo(f"{path.relative_to(data.parents[2])}: {path.stat().st_size:,} bytes")
