"""Complete verification of a warehouse: nothing is assumed correct because this project wrote it.

Every file of the archive and of the releases is hashed, every rule of the table declarations and of
``sql/checks`` is evaluated on the Parquet files, and the listing, the fetch log, the Parquet files and the
database are compared with each other. Rules about one report belong in ``assets/parsing/invariants``,
rules about one table in ``assets/schema``, rules across tables in ``sql/checks``. Only rules about the fetch
log are here, because no published table holds it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from assets.archive.archive import (
    FETCH_LOG_SCHEMA,
    STORED,
    ArchiveError,
    find_damage,
    read_log,
    stored_file_path,
)
from assets.database.build import database_path
from assets.database.build_info import BUILD_INFO_TABLE, add_build_info
from assets.database.comparison import columns_of, count_differences, definitions_of
from assets.database.connection import connect
from assets.database.constraints import constraint_violations
from assets.database.quoting import quote_identifier, quote_literal
from assets.database.sql_checks import (
    is_blocking,
    list_views,
    load_checks,
    materialize_view,
    materialize_views,
)
from assets.database.sql_files import read_definitions, read_sql_files, sql_folder
from assets.database.stored_rows import stored_rows
from assets.progress import count
from assets.release.manifest import INDEX, sha256
from assets.release.pruning import require_all_formats
from assets.release.releases import current
from assets.release.validation import ReleaseError, validate_files
from assets.schema.tables import TABLES, Table
from assets.schema.validation import check_rows, check_values
from assets.storage import parquet_store
from assets.storage.filesystem import STAGING_PREFIX, local_copy

#: Violations of one rule are listed up to this number, and counted beyond it.
MAX_LISTED = 20

#: Names of databases in a query: the one made from the Parquet files, and the one that is verified.
_STORED, _PUBLISHED = "stored", "published"

FETCH_LOG = Table("fetches", "The archive's fetch log", ("report_id", "requested_at"), FETCH_LOG_SCHEMA)

#: Rules between the table ``reports`` and the fetch log (as the table ``fetches``), each with a query that
#: returns the rows that violate it.
FETCH_LOG_RULES: Mapping[str, str] = {
    "the fetch log records the file of every report that has one": """
        SELECT report_id FROM reports WHERE sha256 IS NOT NULL AND NOT EXISTS (
            FROM fetches WHERE fetches.outcome = 'stored' AND fetches.report_id = reports.report_id
            AND fetches.sha256 = reports.sha256 AND fetches.size_bytes = reports.size_bytes
            AND fetches.requested_at = reports.retrieved_at)""",
    "a report is read from the file that was fetched last": """
        SELECT report_id FROM reports JOIN (
            SELECT report_id, arg_max(sha256, attempt) AS last_sha256
            FROM (SELECT *, row_number() OVER () AS attempt FROM fetches)
            WHERE outcome = 'stored' GROUP BY report_id
        ) USING (report_id) WHERE sha256 IS DISTINCT FROM last_sha256""",
}


@dataclass(frozen=True)
class _Warehouse:
    """What could be read of a warehouse.

    Attributes:
        path: Root of the warehouse.
        tables: Names of the tables that could be read.
        connection: A temporary database with these tables and the fetch log (as the table ``fetches``).
        fetches: The fetch log.
    """

    path: Path
    tables: Collection[str]
    connection: duckdb.DuckDBPyConnection
    fetches: pa.Table


def is_release(folder: Path) -> bool:
    """Return whether a folder is a release rather than a warehouse."""
    return (folder / INDEX).is_file()


def describe(path: Path) -> str:
    """Return one line about a verified warehouse: its numbers of files, tables and rows."""
    rows = sum(parquet_store.count_rows(path, name) for name in TABLES)
    files = len(list((path / "archive" / "files").glob("*.pdf")))
    return f"{path} is valid: {count(files, 'file')}, {len(TABLES)} tables, {count(rows, 'row')}."


def verify_warehouse(path: Path) -> list[str]:
    """Return every problem of a warehouse, one sentence each that names the file or the row."""
    return [problem for problems in verify_by_part(path, PARTS).values() for problem in problems]


def verify_by_part(path: Path, parts: Iterable["Part"]) -> dict[str, list[str]]:
    """Return the problems of parts of a warehouse (``PARTS``), by the check of the part."""
    unreadable: list[str] = []
    log_problems: list[str] = []
    try:
        fetches = read_log(path / "archive")
    except ArchiveError as error:
        log_problems.append(str(error))
        fetches = FETCH_LOG_SCHEMA.empty_table()
    # The tables are in a file, since they need not fit into memory.
    with TemporaryDirectory() as folder, connect(Path(folder) / f"{_STORED}.duckdb") as connection:
        # The file is deleted at the end: what is not in it yet need not be written.
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        tables = {name for name in TABLES if _read_table(connection, path, name, unreadable)}
        connection.register("incoming", fetches)
        connection.execute("CREATE TABLE fetches AS FROM incoming")
        warehouse = _Warehouse(path, tables, connection, fetches)
        read_problems = {"tables_valid": unreadable, "archive_valid": log_problems}
        return {part.check: [*read_problems.get(part.check, ()), *part.verify(warehouse)] for part in parts}


def _read_table(connection: duckdb.DuckDBPyConnection, path: Path, name: str, problems: list[str]) -> bool:
    """Check each file of a table, and copy its rows; return whether all files are readable."""
    table = TABLES[name]
    years = parquet_store.stored_years(path, name) if table.by_year else (None,)
    if not years or not all(parquet_store.table_path(path, name, year).is_file() for year in years):
        problems.append(f"parquet/{name}: there is no file")
    for year in years:
        file = parquet_store.table_path(path, name, year).relative_to(path)
        try:
            # In parts, since a table need not fit into memory. Keys are checked over all of them together.
            for rows in parquet_store.read_parts(path, name, year):
                problems.extend(f"{file}: {violation}" for violation in check_values(table, rows, year))
        except parquet_store.ReadError as error:
            problems.append(f"{file}: {error}")
            return False
    with stored_rows(path, table) as query:
        connection.execute(f"CREATE TABLE {quote_identifier(name)} AS {query}")
    return True


def _verify_archive(warehouse: _Warehouse) -> Iterator[str]:
    """Hash every file of the archive, and compare the files with the fetch log."""
    archive = warehouse.path / "archive"
    yield from (
        f"archive/fetches.parquet: {violation}" for violation in check_rows(FETCH_LOG, warehouse.fetches)
    )
    stored = {row["sha256"]: row for row in warehouse.fetches.to_pylist() if row["outcome"] == STORED}
    for digest, row in stored.items():
        file = stored_file_path(archive, str(digest))
        name = f"{file.relative_to(warehouse.path)} (report {row['report_id']})"
        if not file.is_file():
            yield f"{name}: the file is missing"
        elif (size := file.stat().st_size) != row["size_bytes"]:
            yield f"{name}: it has {size:,} bytes, not {row['size_bytes']:,}"
        elif sha256(file) != digest:
            yield f"{name}: its SHA-256 does not match its name"
        elif damage := find_damage(file.read_bytes()):
            yield f"{name}: the file {damage}"
    for file in sorted((archive / "files").glob("*")):
        if file.suffix != ".pdf" or file.stem not in stored:
            yield f"{file.relative_to(warehouse.path)}: the file is not in the fetch log"


def _verify_keys_and_references(warehouse: _Warehouse) -> Iterator[str]:
    """Find duplicate keys, also across years, and references to rows that do not exist."""
    for name in TABLES:
        if name in warehouse.tables:
            for violation in constraint_violations(warehouse.connection, TABLES[name], warehouse.tables):
                yield f"parquet/{violation}"


def _verify_rules(warehouse: _Warehouse) -> Iterator[str]:
    """Evaluate the rules about the fetch log and ``sql/checks`` on the Parquet files.

    Without all tables no rule can be evaluated; the missing table is a problem already.
    """
    if warehouse.tables != TABLES.keys():
        return
    connection = warehouse.connection
    for rule, query in FETCH_LOG_RULES.items():
        yield from _violations(connection, rule, query)
    add_build_info(connection)
    for definition in read_definitions(sql_folder()):
        connection.execute(definition.statement)
    materialize_views(connection)
    for check in filter(is_blocking, load_checks()):
        yield from _violations(connection, check.documentation.split("\n")[0], check.query)


def _violations(connection: duckdb.DuckDBPyConnection, rule: str, query: str) -> Iterator[str]:
    """Yield a sentence for each row that violates a rule, as far as it is listed."""
    result = connection.execute(query)
    columns = [column[0] for column in result.description or ()]
    rows = sorted(result.fetchall(), key=str)
    sentence = f"Rule violated: {rule[0].lower()}{rule[1:].rstrip('.')}"
    yield from (f"{sentence} ({_describe_row(columns, row)})" for row in rows[:MAX_LISTED])
    if len(rows) > MAX_LISTED:
        yield f"{sentence} (and {len(rows) - MAX_LISTED:,} more)"


def _describe_row(columns: Sequence[str], row: Iterable[object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(columns, row, strict=True) if value is not None)


def _verify_database(warehouse: _Warehouse) -> Iterator[str]:
    """Compare the database with the Parquet files row by row, and evaluate views that may have other rows."""
    path = database_path(warehouse.path)
    if not path.is_file():
        yield f"{path.name}: there is no database"
        return
    try:
        with local_copy(path) as file, _attached(warehouse.connection, file) as published:
            problems = [*_compare_tables(warehouse.connection, warehouse.tables)]
            # With the same definitions on the same rows, each view is one that was evaluated with the rules.
            if problems or _definitions_differ(warehouse.connection):
                problems += _evaluate_views(published)
                problems = problems or [*_compare_views(warehouse.connection)]
            yield from (f"{path.name}: {problem}" for problem in problems)
    except duckdb.Error as error:
        yield f"{path.name}: {str(error).splitlines()[0]}"


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a database as ``_PUBLISHED``, and yield a connection that uses it.

    Opened on its own, it would take as much memory again as the temporary database.
    """
    connection.execute(f"ATTACH {quote_literal(database)} AS {_PUBLISHED} (READ_ONLY)")
    try:
        with connection.cursor() as published:
            published.execute(f"USE {_PUBLISHED}")
            yield published
    finally:
        connection.execute(f"DETACH {_PUBLISHED}")


def _definitions_differ(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether views or macros are not as in the database built again, or were not built again."""
    published, expected = (
        {name: definition.sql for name, definition in definitions_of(connection, database).items()}
        for database in (_PUBLISHED, _STORED)
    )
    return published != expected


def _compare_views(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Compare the rows of the views that were built again, if any."""
    return _differing_rows(connection, "view", list_views(connection), "the view built again")


def _compare_tables(connection: duckdb.DuckDBPyConnection, readable: Collection[str]) -> Iterator[str]:
    present = _table_names(connection, _PUBLISHED)
    yield from (f"there is no table {name}" for name in TABLES if name not in present)
    derived = {table.name for table in read_sql_files(sql_folder() / "tables")}
    unknown = present - TABLES.keys() - derived - {BUILD_INFO_TABLE}
    yield from (f"{name} is an unknown table" for name in sorted(unknown))
    stored = sorted(present & {*readable})
    differences = [*_differing_rows(connection, "table", stored, "the Parquet files")]
    yield from differences
    # Derived tables follow from the others. They were built again if the rules could be evaluated.
    if not differences:
        rebuilt = sorted(present & derived & _table_names(connection, _STORED))
        yield from _differing_rows(connection, "table", rebuilt, "the table built again")


def _differing_rows(
    connection: duckdb.DuckDBPyConnection, kind: str, names: Iterable[str], origin: str
) -> Iterator[str]:
    """Compare tables or views with those of the database built again; ``origin`` says what these are."""
    published, expected = (columns_of(connection, database) for database in (_PUBLISHED, _STORED))
    for name in names:
        if [*published[name].items()] != [*expected[name].items()]:
            yield f"{kind} {name}: its columns are not those of {origin}"
            continue
        rows = (f"FROM {database}.main.{quote_identifier(name)}" for database in (_PUBLISHED, _STORED))
        surplus, missing = count_differences(connection, *rows)
        if surplus:
            yield f"{kind} {name}: {surplus} rows are not in {origin}"
        if missing:
            yield f"{kind} {name}: {missing} rows of {origin} are missing"


def _table_names(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary"
    return {name for (name,) in connection.execute(query, [database]).fetchall()}


def _evaluate_views(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    present = list_views(connection)
    yield from (
        f"there is no view {view.name}"
        for view in read_sql_files(sql_folder() / "views")
        if view.name not in present
    )
    for name in present:
        try:
            materialize_view(connection, name)
        except duckdb.Error as error:
            yield f"view {name}: {str(error).splitlines()[0]}"


def _verify_releases(warehouse: _Warehouse) -> Iterator[str]:
    """Hash every file of every release, and check which release is current."""
    folders = (path for path in (warehouse.path / "releases").glob("*") if path.is_dir())
    for folder in sorted(path for path in folders if not path.name.startswith(".")):
        try:
            validate_files(folder)
        except ReleaseError as error:
            yield str(error)
    try:
        if newest := current(warehouse.path):
            require_all_formats(newest)
    except ReleaseError as error:
        yield str(error)


def _find_leftovers(warehouse: _Warehouse) -> Iterator[str]:
    """Find files that an interrupted run left, and files that no code reads."""
    known = {
        parquet_store.table_path(warehouse.path, name, year)
        for name in TABLES
        for year in (parquet_store.stored_years(warehouse.path, name) if TABLES[name].by_year else (None,))
    }
    parquet, database = warehouse.path / "parquet", database_path(warehouse.path)
    unknown = {
        *(path for path in parquet.rglob("*") if path.is_file() and path not in known),
        *(path for path in warehouse.path.glob(f"{database.name}*") if path != database),
        *warehouse.path.rglob(f"{STAGING_PREFIX}*"),
        *(warehouse.path / "archive").glob("*.part"),
    }
    yield from (f"{path.relative_to(warehouse.path)}: unknown file or folder" for path in sorted(unknown))


@dataclass(frozen=True)
class Part:
    """A part of a warehouse: the asset that it belongs to, the name of its check and its rule."""

    asset: str
    check: str
    rule: str
    verify: Callable[[_Warehouse], Iterable[str]]
    warning: bool = False


def _verify_tables(warehouse: _Warehouse) -> Iterator[str]:
    yield from _verify_keys_and_references(warehouse)
    yield from _verify_rules(warehouse)


PARTS = (
    Part(
        "report_files",
        "archive_valid",
        "Every archived file has the recorded size and hash, and the fetch log lists every file",
        _verify_archive,
    ),
    Part(
        "reports",
        "tables_valid",
        "All stored tables are as declared, and every rule of sql/checks holds on the stored files",
        _verify_tables,
    ),
    Part(
        "inspections_database",
        "equals_tables",
        "The database has exactly the rows of the stored tables, and every view can be evaluated",
        _verify_database,
    ),
    Part("release", "files_valid", "Every file of every release has the recorded hash", _verify_releases),
    Part(
        "pending_reports",
        "no_leftovers",
        "The warehouse holds no file of an interrupted run and no unknown file",
        _find_leftovers,
        warning=True,
    ),
)
