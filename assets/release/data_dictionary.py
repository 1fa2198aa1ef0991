"""What a person reads beside the data: the dictionary of every table and view, and the licence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from assets.database.quoting import quote_identifier
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata

#: An example is cut after so many letters.
LONGEST_EXAMPLE = 60

_FORMS = """\
| form | what for |
|---|---|
| `inspections.duckdb` | SQL: tables with keys and comments, views, macros; every DuckDB since 1.0 opens it |
| `parquet/<table>.parquet` | one file for each table; read it over HTTP, whole or by column |
| `parquet_by_year/<table>/publication_year=<year>/` | the same rows, a file for each year of publication |
| `csv/<name>.csv` | two views, and the tables but `report_lines`, too long for a spreadsheet. UTF-8, \
nulls empty, lists as JSON. Values are as they are, even where one begins with `-`, `=`, `+` or `@`: \
do not open them in a spreadsheet, which may take such a value for a formula |
| `inspections.xlsx` | for spreadsheets: text is always text |
| `index.json`, `SHA256SUMS` | every file with its size and fingerprint |
| `changes.json`, `CHANGELOG.md` | what changed against the release before, by key |
| `datapackage.json`, `croissant.json`, `dataset.jsonld` | the same for machines |"""


def render_dictionary(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any]) -> str:
    """Return the dictionary, in Markdown; ``facts`` is the row of the view ``about``."""
    paragraphs = [
        f"# {facts['title']}: what the columns mean",
        facts["description"],
        facts["caveat"],
        *_about(facts),
        "## Forms",
        _FORMS,
        "## Tables",
        *(part for declared in TABLES.values() for part in _table(connection, declared)),
        "## Views, macros and further tables of the database",
        *(part for part in _definitions(connection)),
    ]
    return "\n\n".join(paragraphs) + "\n"


def render_licence(facts: Mapping[str, Any]) -> str:
    """Return the licence and the attribution, in Markdown."""
    return "\n\n".join(
        [
            "# Licence",
            f"The data are under the [{facts['licence']}]({facts['licence_url']}). Attribution to use:",
            f"> {facts['attribution']}",
            f"{facts['caveat']}\n",
        ]
    )


def _about(facts: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Time: reports published {facts['published_from']} to {facts['published_to']};"
        f" newest news of {facts['day']}. Place: {facts['place']} ({facts['place_code']})."
    )
    yield f"Source: {facts['source']}, <{facts['source_url']}>. Method: {facts['method']}"
    yield f"Licence: [{facts['licence']}]({facts['licence_url']}). Attribution: {facts['attribution']}"


def _table(connection: duckdb.DuckDBPyConnection, declared: Table) -> Iterator[str]:
    counts = ", ".join(f"count({quote_identifier(column)})" for column in declared.schema.names)
    found = connection.execute(f"SELECT count(*), {counts} FROM {quote_identifier(declared.name)}").fetchone()  # noqa: S608
    rows, *filled = found or ()
    key = ", ".join(f"`{column}`" for column in declared.key)
    yield f"### {declared.name}"
    yield f"{declared.description}. Rows: {rows:,}. Key: {key}."
    if declared.references:
        yield "\n".join(
            f"- `{', '.join(link.columns)}` is `{', '.join(link.key)}` of [{link.table}](#{link.table})"
            for link in declared.references
        )
    lines = ["| column | type | unit | meaning | null | example |", "|---|---|---|---|--:|---|"]
    for field, count in zip(declared.schema, filled, strict=True):
        values = allowed_values(field)
        meaning = field_metadata(field) + (
            f": {', '.join(f'`{value}`' for value in values)}" if values else ""
        )
        told = (f"`{field.name}`", str(field.type), field_metadata(field, "unit"), meaning)
        shown = (_share(rows - count, rows), _example(connection, declared, field.name))
        lines.append(f"| {' | '.join(map(_cell, (*told, *shown)))} |")
    yield "\n".join(lines)


def _example(connection: duckdb.DuckDBPyConnection, declared: Table, column: str) -> str:
    """Return the value of the row in the middle, by key, of those that have one."""
    found = connection.execute(
        f"SELECT CAST({quote_identifier(column)} AS VARCHAR) FROM {quote_identifier(declared.name)} WHERE {quote_identifier(column)} IS NOT NULL"  # noqa: S608
        f" ORDER BY {', '.join(map(quote_identifier, declared.key))} LIMIT 1"
        f" OFFSET (SELECT count({quote_identifier(column)}) // 2 FROM {quote_identifier(declared.name)})"
    ).fetchone()
    if not found:
        return ""
    text = " ".join(found[0].split())
    return f"`{text if len(text) <= LONGEST_EXAMPLE else text[:LONGEST_EXAMPLE] + '…'}`"


def _share(part: int, whole: int) -> str:
    """Return a share in per cent; what is not quite none or all never looks as if it were."""
    if part in {0, whole} or not whole:
        return f"{100 * part // whole} %" if whole else "–"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"


def _definitions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Tell of everything else in the database what it says of itself."""
    found = connection.execute(
        "SELECT table_name, comment, NULL FROM duckdb_tables() UNION ALL"
        " SELECT view_name, comment, NULL FROM duckdb_views() WHERE NOT internal UNION ALL"
        " SELECT function_name, comment, parameters FROM duckdb_functions()"
        " WHERE macro_definition IS NOT NULL AND NOT internal ORDER BY 1"
    ).fetchall()
    for which, comment, parameters in found:
        if which in TABLES:
            continue
        yield f"### {which}" + ("" if parameters is None else f"({', '.join(parameters)})")
        yield re.sub(r"\n(?=\S)", "\n\n", comment or "").replace("\n\n\n\n", "\n\n")
        columns = connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ?"
            " AND comment IS NOT NULL ORDER BY column_index",
            [which],
        ).fetchall()
        if columns:
            rows = (f"| `{column}` | {kind} | {_cell(meaning)} |" for column, kind, meaning in columns)
            yield "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    """Return words as they may stand in a cell of a Markdown table."""
    return text.replace("|", r"\|").replace("\n", " ")
