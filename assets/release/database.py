"""The published database: every table of the store with its keys and comments, and the views of ``sql/``.

Tables are derived from their declarations (``tables.schemas``) and nothing else. A view is a file in
``sql/views/``: its name is the file's, its documentation the opening comment, the rest one plain query. The
database is built aside, from nothing, and takes the old one's place when it is whole.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.tables import store
from assets.tables.replacing import WriteError, replacing
from assets.tables.schemas import TABLES, Table, closed_vocabulary, described

#: The oldest form in which DuckDB still writes: readers are seldom as new as the writer. All from 1.1.0 on
#: read it; 1.0.0 only if the writer is older than 1.5, which stores primary keys in a way unknown to it.
STORAGE_VERSION = "v1.0.0"
MEMORY_LIMIT = "1GB"

_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
}


class DatabaseError(Exception):
    """The database could not be built; one sentence that names the table or the view and says why."""


@dataclass(frozen=True, slots=True)
class View:
    """A view as its file has it; ``columns`` are the meanings that its comment gives, by column."""

    name: str
    documentation: str
    columns: Mapping[str, str]
    query: str


def location(warehouse: Path) -> Path:
    """Return where the database lies."""
    return warehouse / "inspections.duckdb"


def build(warehouse: Path, sql: Path | None = None) -> dict[str, int]:
    """Build the database from the store and put it in the old one's place; return the rows of each table.

    A table that was never stored is there without rows.

    Args:
        warehouse: Holds the store, and gets the database.
        sql: Holds ``views/*.sql``; the project's own if not given.

    Raises:
        DatabaseError: Rows contradict each other, or a view is wrong; the old database is as it was.
        ReadError: A file of the store is broken; likewise.
        WriteError: The disk is full, the folder not writable, or the like; likewise.
    """
    views = read_views((sql or sql_folder()) / "views")
    path = location(warehouse)
    with replacing(path) as beside:
        try:
            return _filled(beside, warehouse, views)
        except duckdb.Error as error:
            raise WriteError(f"cannot write {path}: {_first_line(error)}") from error


def sql_folder() -> Path:
    """Return the folder of SQL files: beside the packages in a checkout, beside this module once installed.

    Raises:
        DatabaseError: It is in neither place.
    """
    places = [Path(__file__).parent / "sql", Path(__file__).parents[2] / "sql"]
    for place in places:
        if (place / "views").is_dir():
            return place
    raise DatabaseError(f"no folder of SQL views at {' or '.join(map(str, places))}")


def read_views(folder: Path) -> list[View]:
    """Return the views of a folder, each after those it uses.

    Raises:
        DatabaseError: A file is no single query, has no opening comment, or views use each other in a circle.
    """
    views = {path.stem: _parsed(path) for path in sorted(folder.glob("*.sql"))}
    uses = {name: _tables_in(view) & views.keys() - {name} for name, view in views.items()}
    try:
        return [views[name] for name in TopologicalSorter(uses).static_order()]
    except CycleError as error:
        raise DatabaseError(f"views use each other in a circle: {' → '.join(error.args[1])}") from error


def _filled(path: Path, warehouse: Path, views: list[View]) -> dict[str, int]:
    with duckdb.connect(
        path, config={"storage_compatibility_version": STORAGE_VERSION, "memory_limit": MEMORY_LIMIT}
    ) as connection:
        # One transaction: two hundred comments would each wait for the disk.
        connection.begin()
        counts = {name: _add_table(connection, warehouse, declared) for name, declared in TABLES.items()}
        # From here on nothing outside is read: a view that names a file would break at every reader's.
        connection.execute("SET enable_external_access = false")
        for view in views:
            _add_view(connection, view)
        connection.commit()
        # Closing would checkpoint too, but keep silent if it fails, and leave the rows in a side file.
        connection.execute("CHECKPOINT")
    return counts


def _add_table(connection: duckdb.DuckDBPyConnection, warehouse: Path, declared: Table) -> int:
    rows = store.read(warehouse, declared.name)
    connection.execute(_table_statement(declared))
    for statement in _comments("TABLE", declared.name, declared.description, _meanings(declared)):
        connection.execute(statement)
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT INTO {_name(declared.name)} SELECT * FROM incoming")  # noqa: S608
    except duckdb.ConstraintException as error:
        raise DatabaseError(f"table {declared.name}: {_first_line(error)}") from error
    return rows.num_rows


def _add_view(connection: duckdb.DuckDBPyConnection, view: View) -> None:
    try:
        connection.execute(f"CREATE VIEW {_name(view.name)} AS {view.query}")
        for statement in _comments("VIEW", view.name, view.documentation, view.columns):
            connection.execute(statement)
    except duckdb.Error as error:
        raise DatabaseError(f"view {view.name}: {_first_line(error)}") from error


def _table_statement(declared: Table) -> str:
    parts = [
        *(
            f"{_name(field.name)} {_type(field.type)}{'' if field.nullable else ' NOT NULL'}"
            for field in declared.schema
        ),
        f"PRIMARY KEY ({_names(declared.key)})",
        *(
            f"FOREIGN KEY ({_names(reference.columns)})"
            f" REFERENCES {_name(reference.table)} ({_names(reference.key)})"
            for reference in declared.references
        ),
    ]
    return f"CREATE TABLE {_name(declared.name)} ({', '.join(parts)})"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{_name(part.name)} {_type(part.type)}' for part in kind)})"
    return _TYPES[kind]


def _meanings(declared: Table) -> dict[str, str]:
    """Return what stands beside each column: its description, its unit, and the values it may have."""
    meanings = {}
    for field in declared.schema:
        values = closed_vocabulary(field)
        listed = f": {', '.join(values)}" if values else ""
        meanings[field.name] = f"{described(field)} [{described(field, 'unit')}]{listed}"
    return meanings


def _comments(kind: str, name: str, documentation: str, columns: Mapping[str, str]) -> Iterator[str]:
    yield f"COMMENT ON {kind} {_name(name)} IS {_literal(documentation)}"
    for column, meaning in columns.items():
        yield f"COMMENT ON COLUMN {_name(name)}.{_name(column)} IS {_literal(meaning)}"


def _parsed(path: Path) -> View:
    """Read a view's file: paragraphs of comment, then ``Columns:`` and a line for each, then the query."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line[2:].strip() for line in takewhile(lambda line: line.startswith("--"), lines)]
    prose, _, listed = "\n".join(comment).partition("\nColumns:\n")
    if not prose.strip():
        raise DatabaseError(f"{path}: it does not open with a comment that documents the view")
    paragraphs = (" ".join(paragraph.split()) for paragraph in prose.strip().split("\n\n"))
    columns = {name: meaning for name, _, meaning in (line.partition(": ") for line in listed.splitlines())}
    query = "\n".join(lines[len(comment) :]).strip().removesuffix(";")
    return View(path.stem, "\n\n".join(paragraphs), columns, query)


def _tables_in(view: View) -> set[str]:
    """Return the names of all tables and views that a query reads, by DuckDB's own parser."""
    found = duckdb.connect().execute("SELECT json_serialize_sql(?)", [view.query]).fetchone()
    tree = json.loads(found[0]) if found else {}
    if len(tree.get("statements", ())) != 1:
        raise DatabaseError(f"view {view.name}: {tree.get('error_message', 'the file is not one query')}")
    return {node["table_name"] for node in _nodes(tree) if node.get("type") == "BASE_TABLE"}


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON document."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _names(identifiers: tuple[str, ...]) -> str:
    return ", ".join(map(_name, identifiers))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
