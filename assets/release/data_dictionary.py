"""The documents for people in a release: the data dictionary and the licence, as Markdown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers
from assets.release.formats import FORMATS
from assets.release.metadata import STANDARDS
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata

#: Longer examples are truncated.
MAX_EXAMPLE_CHARACTERS = 60

_VERIFICATION = (
    "`SHA256SUMS` lists every file. On a system with GNU coreutils, `sha256sum --check SHA256SUMS` compares"
    " all of them; a release that another one of the same month replaced has its Parquet files and documents"
    " only, and needs `--ignore-missing`. With the project's software installed, `inspections verify FOLDER`"
    " also reads every file and compares the rows of all formats."
)

_REPRODUCIBILITY = (
    "The same reports and the same version of the software give the same bytes of Parquet, CSV and XLSX"
    " files, on any day and any machine. The DuckDB file has the same rows but not the same bytes: for each"
    " table, and for each publication year of a table, `index.json` has the SHA-256 of the rows, which is"
    " equal for builds of the same data. It is computed from this form: UTF-8, one JSON array per line"
    " without spaces, first the column names, then the rows in ascending order of the key; dates and times"
    " are ISO 8601 strings, boxes are objects."
    " `index.json` also names the version and the git commit of the software."
)


def render_dictionary(connection: duckdb.DuckDBPyConnection, about: Mapping[str, Any]) -> str:
    """Return the data dictionary; ``about`` is the row of the view ``about``."""
    paragraphs = [
        f"# {about['title']}: data dictionary",
        about["description"],
        about["caveat"],
        *_about(about),
        "## Formats",
        "\n".join(_formats()),
        "## Verifying a download",
        _VERIFICATION,
        "## Reproducibility",
        _REPRODUCIBILITY,
        "## Tables",
        *(part for table in TABLES.values() for part in _table(connection, table)),
        "## Views, macros and further tables of the database",
        *_definitions(connection),
    ]
    return "\n\n".join(paragraphs) + "\n"


def render_licence(about: Mapping[str, Any]) -> str:
    """Return the licence and the attribution."""
    return "\n\n".join(
        [
            "# Licence",
            f"The data are under the [{about['licence']}]({about['licence_url']}). Attribution to use:",
            f"> {about['attribution']}",
            f"{about['caveat']}\n",
        ]
    )


def _about(about: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Period: reports published {about['published_from']} to {about['published_to']};"
        f" newest change on {about['day']}. Place: {about['place']} ({about['place_code']})."
    )
    yield f"Source: {about['source']}, <{about['source_url']}>. Method: {about['method']}"
    yield f"Licence: [{about['licence']}]({about['licence_url']}). Attribution: {about['attribution']}"


def _formats() -> Iterator[str]:
    yield "| file | purpose |"
    yield "|---|---|"
    for release_format in FORMATS:
        for path, purpose in release_format.paths.items():
            yield f"| `{path}` | {purpose} |"
    yield "| `index.json`, `SHA256SUMS` | all files with size and hash; row count and hashes of each table |"
    yield "| `changes.json`, `CHANGELOG.md` | what changed since the previous release, by key |"
    yield f"| {', '.join(f'`{name}`' for name in STANDARDS)} | descriptions for catalogues and validators |"


def _table(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[str]:
    counts = ", ".join(f"count({quote_identifier(column)})" for column in table.schema.names)
    row = connection.execute(f"SELECT count(*), {counts} FROM {quote_identifier(table.name)}").fetchone()  # noqa: S608
    row_count, *counts_of_values = row or ()
    value_counts = dict(zip(table.schema.names, counts_of_values, strict=True))
    examples = _examples(connection, table, row_count, value_counts)
    key = ", ".join(f"`{column}`" for column in table.key)
    yield f"### {table.name}"
    yield f"{table.description}. Rows: {row_count:,}. Key: {key}."
    if table.references:
        yield "\n".join(
            f"- `{', '.join(reference.columns)}` refers to `{', '.join(reference.key)}`"
            f" of [{reference.table}](#{reference.table})"
            for reference in table.references
        )
    lines = ["| column | type | unit | meaning | null | example |", "|---|---|---|---|--:|---|"]
    for field in table.schema:
        values = allowed_values(field)
        vocabulary = f": {', '.join(f'`{value}`' for value in values)}" if values else ""
        cells = (
            f"`{field.name}`",
            str(field.type),
            field_metadata(field, "unit"),
            field_metadata(field) + vocabulary,
            _percentage(row_count - value_counts[field.name], row_count),
            examples.get(field.name, ""),
        )
        lines.append(f"| {' | '.join(map(_escape_cell, cells))} |")
    yield "\n".join(lines)


def _examples(
    connection: duckdb.DuckDBPyConnection, table: Table, row_count: int, value_counts: Mapping[str, int]
) -> dict[str, str]:
    """Return for each column the value of the middle row, in key order, of the rows that have a value."""
    complete = [column for column, count in value_counts.items() if count == row_count]
    partial = ([column] for column, count in value_counts.items() if 0 < count < row_count)
    source, key = quote_identifier(table.name), quote_identifiers(table.key)
    examples: dict[str, str] = {}
    for columns in (complete, *partial) if row_count else ():
        values = ", ".join(f"CAST({quote_identifier(column)} AS VARCHAR)" for column in columns)
        condition = f"{quote_identifier(columns[0])} IS NOT NULL"
        # Only the keys are sorted, since the values can be long.
        row = connection.execute(
            f"SELECT {values} FROM {source} SEMI JOIN (SELECT {key} FROM {source} WHERE {condition}"  # noqa: S608
            f" ORDER BY {key} LIMIT 1 OFFSET {value_counts[columns[0]] // 2}) USING ({key})"
        ).fetchone()
        examples.update(zip(columns, row or (), strict=True))
    return {column: _shortened(text) for column, text in examples.items()}


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return f"`{text if len(text) <= MAX_EXAMPLE_CHARACTERS else text[:MAX_EXAMPLE_CHARACTERS] + '…'}`"


def _percentage(part: int, total: int) -> str:
    """Return a share in per cent. Only exact values are shown as 0 % or 100 %."""
    if part in {0, total} or not total:
        return f"{100 * part // total} %" if total else "–"
    return f"{min(max(100 * part / total, 0.1), 99.9):.1f} %"


def _definitions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the comments of the views, the macros and the tables that are not declared."""
    definitions = connection.execute(
        "SELECT table_name, comment, NULL FROM duckdb_tables() UNION ALL"
        " SELECT view_name, comment, NULL FROM duckdb_views() WHERE NOT internal UNION ALL"
        " SELECT function_name, comment, parameters FROM duckdb_functions()"
        " WHERE macro_definition IS NOT NULL AND NOT internal ORDER BY 1"
    ).fetchall()
    columns: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    # One query for all: DuckDB binds every view of the database whenever it lists columns.
    for name, *column in connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns()"
        " WHERE comment IS NOT NULL ORDER BY table_name, column_index"
    ).fetchall():
        columns[name].append(tuple(column))
    for name, comment, parameters in definitions:
        if name in TABLES:
            continue
        yield f"### {name}" + ("" if parameters is None else f"({', '.join(parameters)})")
        yield re.sub(r"\n(?=\S)", "\n\n", comment or "").replace("\n\n\n\n", "\n\n")
        if name in columns:
            rows = (
                f"| `{column}` | {kind} | {_escape_cell(meaning)} |"
                for column, kind, meaning in columns[name]
            )
            yield "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def _escape_cell(text: str) -> str:
    """Return a text escaped for a cell of a Markdown table."""
    return text.replace("|", r"\|").replace("\n", " ")
