"""``inspections evidence``: draw where rows of a report were read."""

from pathlib import Path

import click

from orchestration.commands.options import CommandError, open_warehouse, warehouse_option


@click.command()
@click.argument("report")
@click.option("--area", help="Only the judgement of this area.")
@click.option("--finding", metavar="ORDINAL", help="Only the finding with this ordinal.")
@click.option("--recommendation", metavar="ORDINAL", help="Only the recommendation with this ordinal.")
@click.option("--page", type=click.IntRange(1), help="Everything that was read on this page.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the images. [default: DIR/evidence]",
)
@warehouse_option
def evidence(  # noqa: PLR0913 (one parameter per option)
    *,
    report: str,
    area: str | None,
    finding: str | None,
    recommendation: str | None,
    page: int | None,
    to: Path | None,
    warehouse: str,
) -> None:
    """Draw where the judgements of a report were read.

    The images are the pages with a box around each row. REPORT is the number in the address of the report's
    file. The options select one row or one page.
    """
    from assets.extraction.evidence import EvidenceError, draw_page, draw_rows
    from assets.storage.atomic_write import WriteError
    from assets.storage.parquet_store import ReadError

    rows = {"judgements": area, "findings": finding, "recommendations": recommendation}
    selected = [(table, key) for table, key in rows.items() if key]
    if len(selected) + (page is not None) > 1:
        raise click.UsageError("Only one of --area, --finding, --recommendation and --page can be given.")
    path = open_warehouse(warehouse)
    folder = to or path / "evidence"
    try:
        if page is not None:
            images = [draw_page(path, report, folder, page)]
        else:
            table, key = selected[0] if selected else ("judgements", "")
            images = draw_rows(path, table, report, key, folder)
    except (EvidenceError, ReadError, WriteError) as error:
        raise CommandError(str(error)) from error
    for image in images:
        click.echo(image)
