"""Builds the published database from the Parquet store and the files of ``sql/``.

Tables, their types, keys and comments are derived from the declarations in ``schema.tables``; views, macros
and the tables of the search index from the SQL files (``sql_files``). The database is built in a new file,
which replaces the old one when it is complete. Two builds from the same store have the same rows in every
table (``release.row_hash``), but not the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb

from assets.code_hash import code_hash
from assets.database.build_info import add_build_info
from assets.database.connection import connect
from assets.database.constraints import constraint_violations, describe_constraints
from assets.database.quoting import quote_identifier, quote_literal
from assets.database.sql_files import OBJECT_TYPES, SqlFile, read_definitions, sql_folder
from assets.database.stored_rows import duckdb_type, stored_rows
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata
from assets.storage import parquet_store
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import local_copy

#: The oldest storage version that DuckDB still writes; DuckDB 1.0.0 and later read it. DuckDB 1.0.0 cannot
#: read a list column in which all lists of a row group are empty, as in a dataset of few reports.
STORAGE_VERSION = "v1.0.0"

#: The code that determines the database: its builder and the declarations of the tables.
_SOURCE_FOLDERS = (Path(__file__).parent, Path(__file__).parents[1] / "schema")


class DatabaseError(Exception):
    """The database could not be built; one sentence that names the table or SQL file and the reason."""


def database_path(warehouse: Path) -> Path:
    """Return the path of a warehouse's database."""
    return warehouse / "inspections.duckdb"


def build_database(
    warehouse: Path,
    sql: Path | None = None,
    inspect: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
) -> dict[str, int]:
    """Build the database from the store, replace the old one, and return the row count of each table.

    A table that was never stored is created without rows.

    Args:
        warehouse: The folder or object store that holds the Parquet store; the database is written to it.
        sql: The folder of SQL files; by default the project's own.
        inspect: Called with a connection to the complete new database before it replaces the old one. If it
            raises an error, the old database remains.

    Raises:
        DatabaseError: Rows violate a key or a reference, or a definition is invalid. After this and the
            following errors the old database is unchanged.
        SqlFileError: A SQL file is invalid.
        ReadError: A file of the store cannot be read.
        WriteError: The disk is full, the folder is not writable, or the like.
    """
    definitions = read_definitions(sql or sql_folder())
    path = database_path(warehouse)
    with atomic_write(path) as new_file:
        try:
            counts = _write_database(new_file, warehouse, definitions)
            if inspect:
                with connect(new_file, read_only=True) as connection:
                    inspect(connection)
        except duckdb.Error as error:
            raise WriteError(f"cannot write {path}: {_first_line(error)}") from error
    return counts


def content_version(warehouse: Path, sql: Path | None = None) -> str:
    """Return a hash of what determines the database: the stored tables, the SQL, and the code that builds it.

    Raises:
        SqlFileError: There is no folder of SQL files.
        ReadError: A file of the store cannot be read.
    """
    return combined_version(parquet_store.content_hashes(warehouse, *TABLES), sql)


def combined_version(table_versions: Mapping[str, str], sql: Path | None = None) -> str:
    """Return the hash of ``content_version`` for tables with these hashes. Reads nothing of the warehouse."""
    content = f"{sorted(table_versions.items())} {code_hash(sql or sql_folder(), *_SOURCE_FOLDERS)}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def file_state(path: Path) -> str:
    """Return the size and the time of change of a file; empty if it does not exist. Reads no byte of it."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ""
    return f"{stat.st_size} bytes, changed at {stat.st_mtime:.6f}"


def count_database_rows(warehouse: Path) -> dict[str, int]:
    """Return the row count of each table in the current database; empty if it cannot be read."""
    try:
        with local_copy(database_path(warehouse)) as path, connect(path, read_only=True) as connection:
            return count_rows(connection)
    except (OSError, duckdb.Error):
        return {}


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the row count of each declared table of an open database."""
    names = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name: len(connection.table(name)) for (name,) in names if name in TABLES}


def _write_database(path: Path, warehouse: Path, definitions: list[SqlFile]) -> dict[str, int]:
    with connect(path, storage_version=STORAGE_VERSION) as connection:
        counts = {name: add_stored_table(connection, warehouse, table) for name, table in TABLES.items()}
        for table in TABLES.values():
            for violation in constraint_violations(connection, table, TABLES):
                raise DatabaseError(str(violation))
        add_build_info(connection)
        # A view that reads a file would work here and fail for every reader: forbid external access.
        connection.execute("SET enable_external_access = false")
        connection.begin()
        for definition in definitions:
            _add_definition(connection, definition)
        connection.commit()
        # Closing the connection checkpoints too, but ignores errors and leaves the rows in the WAL file.
        connection.execute("CHECKPOINT")
    return counts


def add_stored_table(connection: duckdb.DuckDBPyConnection, warehouse: Path, table: Table) -> int:
    """Create a table with its comments, fill it with the stored rows, and return their number.

    Raises:
        DatabaseError: A required value is missing.
        ReadError: A file of the store cannot be read.
    """
    # One transaction per table: without it each comment would be a write to the disk of its own.
    connection.begin()
    comments = _comment_statements("TABLE", table.name, _table_comment(table), _column_comments(table))
    connection.execute(";".join([_create_statement(table), *comments]))
    try:
        with stored_rows(warehouse, table) as query:
            connection.execute(f"INSERT INTO {quote_identifier(table.name)} {query}")
    except duckdb.ConstraintException as error:
        raise DatabaseError(f"table {table.name}: {_first_line(error)}") from error
    connection.commit()
    return len(connection.table(table.name))


def _add_definition(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    try:
        connection.execute(file.statement)
        comments = _comment_statements(
            OBJECT_TYPES[file.folder].comment_type,
            file.name,
            _definition_comment(file),
            _commentable_columns(file),
        )
        connection.execute(";".join(comments))
    except duckdb.Error as error:
        raise DatabaseError(f"{file.folder}/{file.name}.sql: {_first_line(error)}") from error


def _definition_comment(file: SqlFile) -> str:
    """Return the comment of a definition, including the parameters and columns that cannot have their own."""
    descriptions = {
        "Parameters": file.parameters,
        "Columns": {} if _commentable_columns(file) else file.columns,
    }
    lists = (
        "\n".join([f"{title}:", *(f"{name}: {description}" for name, description in entries.items())])
        for title, entries in descriptions.items()
        if entries
    )
    return "\n\n".join([file.documentation, *lists])


def _commentable_columns(file: SqlFile) -> Mapping[str, str]:
    return file.columns if OBJECT_TYPES[file.folder].has_columns else {}


def _create_statement(table: Table) -> str:
    columns = (
        f"{quote_identifier(field.name)} {duckdb_type(field.type)}{'' if field.nullable else ' NOT NULL'}"
        for field in table.schema
    )
    return f"CREATE TABLE {quote_identifier(table.name)} ({', '.join(columns)})"


def _table_comment(table: Table) -> str:
    return f"{table.description}. {describe_constraints(table)}"


def _column_comments(table: Table) -> dict[str, str]:
    """Return the comment of each column: its description, its unit, and its vocabulary if it has one."""
    comments = {}
    for field in table.schema:
        values = allowed_values(field)
        vocabulary = f": {', '.join(values)}" if values else ""
        comments[field.name] = f"{field_metadata(field)} [{field_metadata(field, 'unit')}]{vocabulary}"
    return comments


def _comment_statements(
    comment_type: str, name: str, comment: str, column_comments: Mapping[str, str]
) -> Iterator[str]:
    yield f"COMMENT ON {comment_type} {quote_identifier(name)} IS {quote_literal(comment)}"
    for column, column_comment in column_comments.items():
        yield (
            f"COMMENT ON COLUMN {quote_identifier(name)}.{quote_identifier(column)}"
            f" IS {quote_literal(column_comment)}"
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
