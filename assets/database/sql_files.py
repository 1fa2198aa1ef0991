"""Reads the files of ``sql/``: views, macros, functions and tables, and the checks and examples.

Each file defines one object or one query and is named after it. It starts with a comment that documents it:
paragraphs of prose, then optional ``Parameters:`` and ``Columns:`` lists with one line per entry (``name:
description``). A check also states ``Severity: blocking`` or ``Severity: warning``. The rest of the file is
one query without placeholders (in ``functions``, one expression).

``OBJECT_TYPES`` states what a folder's files become in the database. Files of ``checks`` and ``examples``
are queries only; ``sql_checks`` runs them. Nothing here executes SQL of the project: ``build`` does.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path

import duckdb

from assets.database.quoting import quote_identifier, quote_identifiers

CHECKS_FOLDER = "checks"
EXAMPLES_FOLDER = "examples"
#: Severities of a check: a blocking check stops a release if it returns rows, a warning does not.
BLOCKING, WARNING = SEVERITIES = ("blocking", "warning")

_SEVERITY_PREFIX = "Severity: "
#: A reference to a table or function in a serialized query. Quotes inside its strings are escaped.
_REFERENCE = re.compile(r'"(?:table|function)_name":"([^"]+)"')


class SqlFileError(Exception):
    """A SQL file is invalid; the message is one sentence that names the file and the reason."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A type of database object: the statement that creates one, and its name in ``COMMENT ON``.

    ``has_columns`` is false for objects whose columns cannot have comments of their own.
    """

    statement: str
    comment_type: str
    has_columns: bool = True


#: The object type that the files of each folder define.
OBJECT_TYPES: Mapping[str, ObjectType] = {
    "functions": ObjectType("CREATE MACRO {name}({parameters}) AS ({query})", "MACRO", has_columns=False),
    "tables": ObjectType("CREATE TABLE {name} AS {query}", "TABLE"),
    "views": ObjectType("CREATE VIEW {name} AS {query}", "VIEW"),
    "macros": ObjectType(
        "CREATE MACRO {name}({parameters}) AS TABLE {query}", "MACRO TABLE", has_columns=False
    ),
}


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A parsed SQL file.

    ``parameters`` and ``columns`` map names to the descriptions in the opening comment. ``severity`` is set
    for checks only.
    """

    name: str
    folder: str
    documentation: str
    parameters: Mapping[str, str]
    columns: Mapping[str, str]
    query: str
    severity: str | None = None

    @property
    def statement(self) -> str:
        """The statement that creates the object in a database."""
        return OBJECT_TYPES[self.folder].statement.format(
            name=quote_identifier(self.name), parameters=quote_identifiers(self.parameters), query=self.query
        )


def sql_folder() -> Path:
    """Return the folder of SQL files: at the root of a checkout, or next to this module once installed.

    Raises:
        SqlFileError: The folder exists in neither location.
    """
    candidates = [Path(__file__).parent / "sql", Path(__file__).parents[2] / "sql"]
    for candidate in candidates:
        if (candidate / "views").is_dir():
            return candidate
    raise SqlFileError(f"no folder of SQL views at {' or '.join(map(str, candidates))}")


def read_sql_files(folder: Path) -> list[SqlFile]:
    """Return the parsed files of a folder, sorted by name.

    Raises:
        SqlFileError: A file has no opening comment, or a check has no valid severity.
    """
    return [_parse(path) for path in sorted(folder.glob("*.sql"))]


def read_definitions(sql: Path) -> list[SqlFile]:
    """Return the files that define database objects, each after the objects that it uses.

    Raises:
        SqlFileError: A file is not a single query or has no opening comment, two files have the same name, or
            objects use each other in a cycle.
    """
    definitions = [file for folder in OBJECT_TYPES for file in read_sql_files(sql / folder)]
    by_name = {file.name: file for file in definitions}
    if len(by_name) < len(definitions):
        duplicate = next(file for file in definitions if file is not by_name[file.name])
        raise SqlFileError(
            f"{by_name[duplicate.name].folder} and {duplicate.folder} both define {duplicate.name}"
        )
    order = _creation_order(tuple((name, _complete_query(file)) for name, file in by_name.items()))
    return [by_name[name] for name in order]


# A process that builds or verifies several databases parses the same files each time.
@lru_cache(maxsize=4)
def _creation_order(queries: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the names of definitions, each after those that its query uses."""
    names = {name for name, _ in queries}
    with duckdb.connect() as parser:
        dependencies = {
            name: sorted(_referenced_names(parser, name, query) & names - {name}) for name, query in queries
        }
    try:
        return tuple(TopologicalSorter(dependencies).static_order())
    except CycleError as error:
        raise SqlFileError(f"circular dependency between SQL files: {' → '.join(error.args[1])}") from error


def _parse(path: Path) -> SqlFile:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line[2:].strip() for line in takewhile(lambda line: line.startswith("--"), lines)]
    severities = [
        line.removeprefix(_SEVERITY_PREFIX) for line in comment if line.startswith(_SEVERITY_PREFIX)
    ]
    prose, _, columns = "\n".join(
        line for line in comment if not line.startswith(_SEVERITY_PREFIX)
    ).partition("\nColumns:\n")
    prose, _, parameters = prose.partition("\nParameters:\n")
    if not prose.strip():
        raise SqlFileError(f"{path}: the file does not start with a comment that documents it")
    paragraphs = (" ".join(paragraph.split()) for paragraph in prose.strip().split("\n\n"))
    return SqlFile(
        name=path.stem,
        folder=path.parent.name,
        documentation="\n\n".join(paragraphs),
        parameters=_parse_descriptions(parameters),
        columns=_parse_descriptions(columns),
        query="\n".join(lines[len(comment) :]).strip().removesuffix(";"),
        severity=_check_severity(path, severities),
    )


def _check_severity(path: Path, severities: list[str]) -> str | None:
    """Return the severity that the header of a check states; None for all other files."""
    if path.parent.name != CHECKS_FOLDER:
        return None
    if len(severities) != 1 or severities[0] not in SEVERITIES:
        allowed = " or ".join(f"'-- {_SEVERITY_PREFIX}{severity}'" for severity in SEVERITIES)
        raise SqlFileError(f"{path}: the opening comment needs exactly one line {allowed}")
    return severities[0]


def _parse_descriptions(lines: str) -> dict[str, str]:
    entries = (line.partition(": ") for line in lines.split("\n"))
    return {name: description for name, _, description in entries if description}


def _complete_query(file: SqlFile) -> str:
    """Return the query of a file; that of a function is one expression."""
    return f"SELECT {file.query}" if file.folder == "functions" else file.query


def _referenced_names(parser: duckdb.DuckDBPyConnection, name: str, query: str) -> set[str]:
    """Return the names of all tables and functions that a query uses, from DuckDB's own parser."""
    row = parser.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    serialized = str(row[0]) if row else "{}"
    tree = json.loads(serialized)
    if len(tree.get("statements", ())) != 1:
        raise SqlFileError(f"{name}: {tree.get('error_message', 'the file is not one query')}")
    return set(_REFERENCE.findall(serialized))
