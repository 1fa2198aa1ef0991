"""The published database: the tables of the store, with keys and comments, and what ``sql/`` makes of them.

Tables are derived from their declarations (``tables.schemas``) and nothing else; views, macros and the tables
of the search from their files (``sql_files``). The database is built aside, from nothing, and takes the old
one's place when it is whole. The same tables give the same bytes: by one thread, in ways of compressing that
leave nothing to chance, and without what DuckDB leaves in unused room (``unused_room``).
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.database.quoting import quote_identifier as _name
from assets.database.quoting import quote_identifiers as _names
from assets.database.quoting import quote_literal as _literal
from assets.database.sql_files import OBJECT_TYPES, SqlFile, read_definitions, sql_folder
from assets.database.unused_room import LEAVING_ROOM, LayoutError, clear
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata
from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import local_copy

#: The oldest form in which DuckDB still writes: readers are seldom as new as the writer. All from 1.1.0 on
#: read it; 1.0.0 only if the writer is older than 1.5, which stores primary keys in a way unknown to it.
STORAGE_VERSION = "v1.0.0"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE_VERSION,
    "memory_limit": "1GB",
    "threads": "1",
    "disabled_compression_methods": ",".join(LEAVING_ROOM),
}

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
    """The database could not be built; one sentence that names the table or the file of SQL and says why."""


def database_path(warehouse: Path) -> Path:
    """Return where the database lies."""
    return warehouse / "inspections.duckdb"


def build_database(warehouse: Path, sql: Path | None = None) -> dict[str, int]:
    """Build the database from the store and put it in the old one's place; return the rows of each table.

    A table that was never stored is there without rows.

    Args:
        warehouse: Holds the store, and gets the database.
        sql: The folder of SQL files; the project's own if not given.

    Raises:
        DatabaseError: Rows contradict each other, or a definition is wrong; the old database is as it was.
        SqlFileError: A file of SQL is wrong; likewise.
        ReadError: A file of the store is broken; likewise.
        WriteError: The disk is full, the folder not writable, or the like; likewise.
    """
    definitions = read_definitions(sql or sql_folder())
    path = database_path(warehouse)
    with atomic_write(path) as beside:
        try:
            counts = _filled(beside, warehouse, definitions)
            clear(beside)
        except (duckdb.Error, LayoutError) as error:
            raise WriteError(f"cannot write {path}: {_first_line(error)}") from error
    return counts


def content_version(warehouse: Path, sql: Path | None = None) -> str:
    """Return what tells the database that would be built now from any other: its tables' content and its SQL.

    Raises:
        SqlFileError: There is no SQL.
        ReadError: A file of the store cannot be read.
    """
    folder = sql or sql_folder()
    digest = hashlib.sha256(parquet_store.content_hash(warehouse, *TABLES).encode())
    for path in sorted(folder.rglob("*.sql")):
        digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def count_database_rows(warehouse: Path) -> dict[str, int]:
    """Return how many rows each table of the database has as it lies there; nothing if it cannot be read."""
    try:
        with local_copy(database_path(warehouse)) as path, duckdb.connect(path, read_only=True) as connection:
            there = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            return {name: len(connection.table(name)) for (name,) in there if name in TABLES}
    except (OSError, duckdb.Error):
        return {}


def _filled(path: Path, warehouse: Path, definitions: list[SqlFile]) -> dict[str, int]:
    with duckdb.connect(path, config=_CONFIG) as connection:
        counts = {name: _add_table(connection, warehouse, declared) for name, declared in TABLES.items()}
        # From here on nothing outside is read: a view that names a file would break at every reader's.
        connection.execute("SET enable_external_access = false")
        for definition in definitions:
            _add_definition(connection, definition)
        # Closing would checkpoint too, but keep silent if it fails, and leave the rows in a side file.
        connection.execute("CHECKPOINT")
    return counts


def _add_table(connection: duckdb.DuckDBPyConnection, warehouse: Path, declared: Table) -> int:
    rows = parquet_store.read(warehouse, declared.name)
    # A transaction for each: two hundred comments would each wait for the disk, and the rows of several
    # tables would be written in the order in which these happen to lie in memory.
    connection.begin()
    connection.execute(_table_statement(declared))
    for statement in _comments("TABLE", declared.name, declared.description, _meanings(declared)):
        connection.execute(statement)
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT INTO {_name(declared.name)} SELECT * FROM incoming")  # noqa: S608
    except duckdb.ConstraintException as error:
        raise DatabaseError(f"table {declared.name}: {_first_line(error)}") from error
    connection.commit()
    return rows.num_rows


def _add_definition(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    connection.begin()
    try:
        connection.execute(file.statement)
        for statement in _comments(
            OBJECT_TYPES[file.folder].comment_type, file.name, _documentation(file), _documented_columns(file)
        ):
            connection.execute(statement)
    except duckdb.Error as error:
        raise DatabaseError(f"{file.folder}/{file.name}.sql: {_first_line(error)}") from error
    connection.commit()


def _documentation(file: SqlFile) -> str:
    """Return a definition's comment, with the parameters and columns that can have none of their own."""
    listed = {"Parameters": file.parameters, "Columns": {} if _documented_columns(file) else file.columns}
    lists = (
        "\n".join([f"{title}:", *(f"{name}: {meaning}" for name, meaning in each.items())])
        for title, each in listed.items()
        if each
    )
    return "\n\n".join([file.documentation, *lists])


def _documented_columns(file: SqlFile) -> Mapping[str, str]:
    return file.columns if OBJECT_TYPES[file.folder].has_columns else {}


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
        values = allowed_values(field)
        listed = f": {', '.join(values)}" if values else ""
        meanings[field.name] = f"{field_metadata(field)} [{field_metadata(field, 'unit')}]{listed}"
    return meanings


def _comments(kind: str, name: str, documentation: str, columns: Mapping[str, str]) -> Iterator[str]:
    yield f"COMMENT ON {kind} {_name(name)} IS {_literal(documentation)}"
    for column, meaning in columns.items():
        yield f"COMMENT ON COLUMN {_name(name)}.{_name(column)} IS {_literal(meaning)}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
