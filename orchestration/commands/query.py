"""``inspections query``: run SQL on the published database, opened read-only."""

import csv
import json
import re
import shutil
import sys
from collections.abc import Sequence
from io import StringIO
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.commands.options import CommandError, open_warehouse, require_database, warehouse_option

if TYPE_CHECKING:
    import duckdb

#: A table that is wider than this is printed as records, unless a terminal is wider.
MAX_TABLE_WIDTH = 120
#: Types of statements that can write files, although the database is opened read-only.
WRITING_STATEMENTS = frozenset({"ATTACH", "COPY", "COPY_DATABASE", "EXPORT", "LOAD", "PRAGMA", "SET"})
_EXPLAIN = re.compile(r"\s*explain(\s+analyze)?\b", re.IGNORECASE)

Row = tuple[Any, ...]


@click.command()
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of objects.")
@click.option(
    "--parquet", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a Parquet file."
)
@warehouse_option
def query(sql: str, *, as_csv: bool, as_json: bool, parquet: Path | None, warehouse: str) -> None:
    """Run SQL on the database.

    Example: inspections query "SELECT * FROM latest_judgements". SQL is read from stdin if it is "-". All
    rows and whole texts are printed: as a table, or one column per line if the table would be wider than the
    terminal.
    """
    import duckdb

    from assets.storage.filesystem import local_copy

    if as_csv + as_json + (parquet is not None) > 1:
        raise click.UsageError("Only one of --csv, --json and --parquet can be given.")
    database = require_database(open_warehouse(warehouse))
    statement = sys.stdin.read() if sql == "-" else sql
    try:
        with local_copy(database) as file, duckdb.connect(file, read_only=True) as connection:
            _refuse_writing(connection, statement)
            result = connection.execute(statement)
            columns = [column[0] for column in result.description]
            if parquet:
                _write_parquet(result, parquet)
            else:
                rows = result.fetchall()
                if as_csv:
                    _print_csv(columns, rows)
                elif as_json:
                    _print_json(columns, rows)
                else:
                    click.echo(render(columns, rows, max(MAX_TABLE_WIDTH, _terminal_width())))
    except duckdb.Error as error:
        raise CommandError(str(error)) from error


def _refuse_writing(connection: "duckdb.DuckDBPyConnection", sql: str) -> None:
    """Refuse statements that can write files: only ``--parquet`` and the shell do."""
    for statement in connection.extract_statements(sql):
        if statement.type.name == "EXPLAIN":
            _refuse_writing(connection, _EXPLAIN.sub("", statement.query, count=1))
        elif statement.type.name in WRITING_STATEMENTS:
            raise CommandError(
                f"{statement.type.name} can write files, so it is refused here: print the rows with --csv or"
                " --json, write them with --parquet FILE, or open the database in another program"
            )


def render(columns: Sequence[str], rows: Sequence[Row], max_width: int = MAX_TABLE_WIDTH) -> str:
    """Return rows as a table, or as records if the table is wider than ``max_width`` columns."""
    from tabulate import tabulate

    if not rows:
        return "0 rows"
    cells = [[_text(value) for value in row] for row in rows]
    numeric = [_is_numeric(values) for values in zip(*rows, strict=True)]
    table = str(
        tabulate(
            cells,
            list(columns),
            tablefmt="simple",
            disable_numparse=True,
            colalign=["right" if number else "left" for number in numeric],
        )
    )
    if max(map(len, table.splitlines())) <= max_width:
        return "\n".join(line.rstrip() for line in table.splitlines())
    return "\n\n".join(_record(columns, row, number) for number, row in enumerate(cells, 1))


def _record(columns: Sequence[str], row: Sequence[str], number: int) -> str:
    """Return a row with one column per line."""
    width = max(map(len, columns))
    continuation = f"\n{' ' * width}   "
    lines = [
        f"{name:{width}} | {value.replace(chr(10), continuation)}".rstrip()
        for name, value in zip(columns, row, strict=True)
    ]
    return "\n".join([f"-- row {number} --", *lines])


def _text(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | dict):
        return _to_json(value)
    return str(value)


def _is_numeric(values: Sequence[object]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, Number) and not isinstance(value, bool) for value in present
    )


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _print_csv(columns: Sequence[str], rows: Sequence[Row]) -> None:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_to_json(value) if isinstance(value, list | dict) else value for value in row])
    click.echo(text.getvalue(), nl=False)


def _print_json(columns: Sequence[str], rows: Sequence[Row]) -> None:
    objects = [_to_json(dict(zip(columns, row, strict=True))) for row in rows]
    click.echo("[" + ",\n ".join(objects) + "]")


def _write_parquet(result: "duckdb.DuckDBPyConnection", path: Path) -> None:
    import pyarrow.parquet as pq

    from assets.progress import count

    rows = result.fetch_arrow_table()
    try:
        pq.write_table(rows, path, compression="zstd")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from error
    click.echo(f"Wrote {count(rows.num_rows, 'row')} to {path}.", err=True)


def _terminal_width() -> int:
    """Return the width of the terminal that stdout is, or 0."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
