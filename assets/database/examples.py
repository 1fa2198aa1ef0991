"""The page of questions and answers: ``python -m assets.database.examples WAREHOUSE`` prints it.

Every file of ``sql/examples`` is a question: the first paragraph of its comment asks it, the others say how
the answer is to be read. ``docs/examples.md`` is this page with the sample's answers; a test keeps it true.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.sql_checks import load_examples, run_queries
from assets.database.sql_files import SqlFile

#: Rows and letters of a cell that the page shows.
MAX_ROWS = 20
MAX_CELL_CHARACTERS = 120

_OPENING = """# Questions and answers

{count} questions that users of this dataset ask, each a file beside this page in [examples](examples). The
answers are those of the embedded sample of 57 reports: `make dataset`, then `make query SQL="…"`. This page
is generated (`make examples`), and a test keeps it true. Views and macros explain themselves:

```sql
SELECT view_name, comment FROM duckdb_views() WHERE NOT internal;
SELECT function_name, comment FROM duckdb_functions() WHERE comment IS NOT NULL;
```

To put numbers of your own beside it, of which nothing leaves your machine, attach the file to your database
and join by `urn` or `la_code`. Macros want the attached file to be the current one, and so do views in DuckDB
1.1 and older:

```sql
ATTACH 'inspections.duckdb' (READ_ONLY);
SELECT * FROM inspections.latest_judgements;
USE inspections;
SELECT * FROM judgements_as_at('2024-03-31');
```
"""


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m assets.database.examples WAREHOUSE\n")
        return 2
    try:
        sys.stdout.write(page(Path(sys.argv[1])))
    except duckdb.Error as error:
        sys.stderr.write(f"{str(error).splitlines()[0]}\n")
        return 1
    return 0


def page(warehouse: Path) -> str:
    """Return the page with the answers of a warehouse's database, as Markdown.

    Raises:
        duckdb.Error: There is no database, or a query is wrong.
    """
    answered = list(run_queries(warehouse, load_examples()))
    contents = "\n".join(f"- [{_question(file)}](#{_anchor(_question(file))})" for file, _ in answered)
    sections = (_section(file, rows) for file, rows in answered)
    return "\n".join([_OPENING.format(count=len(answered)), contents, "", *sections])


def _section(file: SqlFile, rows: pa.Table) -> str:
    _, *notes = file.documentation.split("\n\n")
    parts = [f"## {_question(file)}", *notes, f"```sql\n{file.query}\n```", "\n".join(_table(rows))]
    if rows.num_rows > MAX_ROWS:
        parts.append(f"… and {rows.num_rows - MAX_ROWS} rows more.")
    return "\n\n".join(parts) + "\n"


def _question(file: SqlFile) -> str:
    return file.documentation.split("\n\n")[0]


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = (letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def _table(rows: pa.Table) -> Iterator[str]:
    yield f"| {' | '.join(rows.column_names)} |"
    yield f"|{'|'.join('---' for _ in rows.column_names)}|"
    for row in rows.slice(0, MAX_ROWS).to_pylist():
        yield f"| {' | '.join(map(_cell, row.values()))} |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    short = text if len(text) <= MAX_CELL_CHARACTERS else f"{text[: MAX_CELL_CHARACTERS - 1].rstrip()}…"
    return short.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
