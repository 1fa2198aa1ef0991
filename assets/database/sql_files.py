"""The files of ``sql/``: what is derived from the tables, each documented by its opening comment.

A file is named as what it defines. Its opening comment is paragraphs of prose, then ``Parameters:`` and
``Columns:``, each with a line for every one (``name: what it means``); the rest is one plain query, in
``functions`` one expression. What a folder's files become stands in ``KINDS``; those of ``checks``,
``warnings`` and ``examples`` are in no database: they are asked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers


class SqlFileError(Exception):
    """A file of SQL is wrong; one sentence that names it and says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the files of a folder become: how each is made, and what a comment calls it."""

    statement: str
    called: str
    has_columns: bool = True


#: What the files of each folder become in the database.
KINDS: Mapping[str, Kind] = {
    "functions": Kind("CREATE MACRO {name}({parameters}) AS ({query})", "MACRO", has_columns=False),
    "tables": Kind("CREATE TABLE {name} AS {query}", "TABLE"),
    "views": Kind("CREATE VIEW {name} AS {query}", "VIEW"),
    "macros": Kind("CREATE MACRO {name}({parameters}) AS TABLE {query}", "MACRO TABLE", has_columns=False),
}


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A file as it is; ``parameters`` and ``columns`` are the meanings that its comment gives, by name."""

    name: str
    folder: str
    documentation: str
    parameters: Mapping[str, str]
    columns: Mapping[str, str]
    query: str

    @property
    def statement(self) -> str:
        """The statement that makes it in a database."""
        return KINDS[self.folder].statement.format(
            name=quote_identifier(self.name), parameters=quote_identifiers(self.parameters), query=self.query
        )


def sql_folder() -> Path:
    """Return the folder of SQL files: beside the packages in a checkout, beside this module once installed.

    Raises:
        SqlFileError: It is in neither place.
    """
    places = [Path(__file__).parent / "sql", Path(__file__).parents[2] / "sql"]
    for place in places:
        if (place / "views").is_dir():
            return place
    raise SqlFileError(f"no folder of SQL views at {' or '.join(map(str, places))}")


def read_sql_files(folder: Path) -> list[SqlFile]:
    """Return the files of a folder, by name.

    Raises:
        SqlFileError: A file has no opening comment.
    """
    return [_parsed(path) for path in sorted(folder.glob("*.sql"))]


def read_definitions(sql: Path) -> list[SqlFile]:
    """Return everything that the database is to have beside its tables, each after what it uses.

    Raises:
        SqlFileError: A file is no single query or has no opening comment, two bear one name, or they use
            each other in a circle.
    """
    found = [file for folder in KINDS for file in read_sql_files(sql / folder)]
    files = {file.name: file for file in found}
    if len(files) < len(found):
        twice = next(file for file in found if file is not files[file.name])
        raise SqlFileError(f"{files[twice.name].folder} and {twice.folder} both define {twice.name}")
    uses = {name: sorted(_names_in(file) & files.keys() - {name}) for name, file in files.items()}
    try:
        return [files[name] for name in TopologicalSorter(uses).static_order()]
    except CycleError as error:
        raise SqlFileError(f"views use each other in a circle: {' → '.join(error.args[1])}") from error


def _parsed(path: Path) -> SqlFile:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line[2:].strip() for line in takewhile(lambda line: line.startswith("--"), lines)]
    prose, _, columns = "\n".join(comment).partition("\nColumns:\n")
    prose, _, parameters = prose.partition("\nParameters:\n")
    if not prose.strip():
        raise SqlFileError(f"{path}: it does not open with a comment that documents it")
    paragraphs = (" ".join(paragraph.split()) for paragraph in prose.strip().split("\n\n"))
    query = "\n".join(lines[len(comment) :]).strip().removesuffix(";")
    return SqlFile(
        path.stem, path.parent.name, "\n\n".join(paragraphs), _listed(parameters), _listed(columns), query
    )


def _listed(lines: str) -> dict[str, str]:
    return {
        name: meaning for name, _, meaning in (line.partition(": ") for line in lines.split("\n")) if meaning
    }


def _names_in(file: SqlFile) -> set[str]:
    """Return the names of everything that a query reads or calls, by DuckDB's own parser."""
    query = f"SELECT {file.query}" if file.folder == "functions" else file.query
    found = duckdb.connect().execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    tree = json.loads(found[0]) if found else {}
    if len(tree.get("statements", ())) != 1:
        raise SqlFileError(f"{file.name}: {tree.get('error_message', 'the file is not one query')}")
    return {node[key] for node in _nodes(tree) for key in ("table_name", "function_name") if key in node}


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON document."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
