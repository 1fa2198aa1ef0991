"""The Parquet store: the files of every table, written and read only through this module.

Rows are stored only if they satisfy their declaration (``schema.validation``). Equal rows in any order give
equal bytes: rows are sorted by key, row groups have one size, and no timestamp is written. A file whose bytes
would not change is not written. ``table_path`` alone defines where files are.

Each file is replaced atomically, but the files of a run are replaced one after another. During the last
seconds of a run, or after a run that was killed then, some tables or years are newer than others. Readers
that need a consistent state of all tables use the database, which is replaced as a whole.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.schema.tables import TABLES, Table
from assets.schema.validation import ViolationsError, cast_to_schema, check_rows
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import local_copy, open_input, read_bytes

ROW_GROUP_ROWS = 65_536  # rows
_YEAR = "publication_year="
_FILE = "part-0.parquet"


class ReadError(Exception):
    """A file of the store could not be read. The message is one sentence with the path and the reason."""


def table_path(warehouse: Path, table_name: str, year: int | None = None) -> Path:
    """Return the path of a table's file, or of the file of one year.

    Raises:
        ValueError: A year is given for a table that is not partitioned, or missing for one that is.
    """
    if TABLES[table_name].by_year is not (year is not None):
        raise ValueError(f"{table_name} is {'' if year is None else 'not '}stored by year")
    folder = warehouse / "parquet" / table_name
    return folder / _FILE if year is None else folder / f"{_YEAR}{year}" / _FILE


def write(warehouse: Path, table_name: str, rows: pa.Table, year: int | None = None) -> bool:
    """Replace a table, or one year of it; return whether the file changed.

    Raises:
        ViolationsError: The rows break a rule of the table's declaration; nothing is written.
        WriteError: The file cannot be written; the old file is unchanged.
    """
    path, declared = table_path(warehouse, table_name, year), TABLES[table_name]
    if violations := check_rows(declared, rows, year):
        raise ViolationsError(violations)
    data = to_parquet(_sorted_by_key(declared, cast_to_schema(declared, rows)))
    try:
        if path.exists() and read_bytes(path) == data:
            return False
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror}") from error
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)
    return True


def read(warehouse: Path, table_name: str, year: int | None = None) -> pa.Table:
    """Return a table, or one year of it, in its declared schema, sorted by key.

    A table or year that was never written has no rows.

    Raises:
        ReadError: A file cannot be read, or does not fit the declaration.
    """
    declared = TABLES[table_name]
    paths = _paths(warehouse, table_name, year)
    parts = [_read_file(declared, path) for path in paths if path.exists()]
    rows = pa.concat_tables(parts) if parts else declared.schema.empty_table()
    return rows if len(parts) < 2 else _sorted_by_key(declared, rows)


def read_parts(warehouse: Path, table_name: str, year: int | None = None) -> Iterator[pa.Table]:
    """Yield the rows of a table, or of one year of it, in parts of bounded size, in its declared schema.

    The parts are in the order of the years, then of the key.

    Raises:
        ReadError: As ``read``.
    """
    for path in _paths(warehouse, table_name, year):
        if path.exists():
            yield from _read_file_parts(TABLES[table_name], path)


@contextmanager
def local_files(warehouse: Path, table_name: str) -> Iterator[dict[Path, list[str]]]:
    """Yield local files of a table, by year, each with the names of its columns.

    They are the files themselves, or copies of the files of an object store.

    Raises:
        ReadError: A file cannot be read, or its schema does not fit the declaration.
    """
    with ExitStack() as stack:
        files = {}
        for path in _paths(warehouse, table_name):
            if path.exists():
                local = stack.enter_context(local_copy(path))
                files[local] = _check_schema(TABLES[table_name], path)
        yield files


def count_rows(warehouse: Path, table_name: str, year: int | None = None) -> int:
    """Return the number of rows of a table, or of one year of it, from the footers of its files."""
    return sum(_count_file_rows(path) for path in _paths(warehouse, table_name, year) if path.exists())


def stored_years(warehouse: Path, table_name: str) -> tuple[int, ...]:
    """Return the stored years of a table, in ascending order."""
    files = table_path(warehouse, table_name, 0).parent.parent.glob(f"{_YEAR}*/{_FILE}")
    return tuple(sorted(int(path.parent.name.removeprefix(_YEAR)) for path in files))


def content_hash(warehouse: Path, *table_names: str) -> str:
    """Return a hash of the files of tables: equal for equal paths and bytes, on any machine.

    Raises:
        ReadError: A file cannot be read.
    """
    digest = hashlib.sha256()
    for name in table_names:
        for path in _paths(warehouse, name):
            digest.update(f"{path.relative_to(warehouse)}\n".encode())
            if path.exists():
                digest.update(_file_hash(path))
    return digest.hexdigest()[:16]


def content_hashes(warehouse: Path, *table_names: str) -> dict[str, str]:
    """Return the ``content_hash`` of each table, by name. Raises ReadError."""
    return {name: content_hash(warehouse, name) for name in table_names}


def year_hash(warehouse: Path, table_name: str, year: int) -> str:
    """Return a hash of one year of a table, also if it is not stored. Raises ReadError."""
    path = table_path(warehouse, table_name, year)
    return (_file_hash(path) if path.exists() else hashlib.sha256(b"").digest()).hex()[:16]


def delete(warehouse: Path, table_name: str, year: int | None = None) -> bool:
    """Remove a table, or one year of it, from the store; return whether it existed.

    Raises:
        WriteError: The file cannot be removed.
    """
    path = table_path(warehouse, table_name, year)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WriteError(f"cannot remove {path}: {error.strerror}") from error
    return True


def _paths(warehouse: Path, table_name: str, year: int | None = None) -> Iterator[Path]:
    """Yield the paths of a table's files, or of one year's file, whether or not they exist."""
    all_years = TABLES[table_name].by_year and year is None
    years = stored_years(warehouse, table_name) if all_years else (year,)
    return (table_path(warehouse, table_name, stored_year) for stored_year in years)


def _file_hash(path: Path) -> bytes:
    try:
        return hashlib.sha256(read_bytes(path)).digest()
    except OSError as error:
        raise ReadError(f"cannot read {path}: {error.strerror}") from error


def _sorted_by_key(declared: Table, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in declared.key])


def to_parquet(rows: pa.Table) -> bytes:
    """Return rows as a Parquet file: equal rows in equal order give equal bytes."""
    sink = pa.BufferOutputStream()
    write_parquet(sink, rows.schema, [rows])
    return bytes(sink.getvalue())


def write_parquet(
    sink: Path | pa.NativeFile, schema: pa.Schema, parts: Iterable[pa.Table | pa.RecordBatch]
) -> None:
    """Write a Parquet file: equal rows in equal order give equal bytes, however they are divided into parts.

    No more than one row group is held in memory, besides the current part.
    """
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _row_groups(schema, parts):
            # The chunks of a column determine the page boundaries in the file.
            writer.write_table(group.combine_chunks(), row_group_size=ROW_GROUP_ROWS)


def _row_groups(schema: pa.Schema, parts: Iterable[pa.Table | pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield rows in tables of ``ROW_GROUP_ROWS`` rows; the last one may have fewer, an only one none."""
    waiting: list[pa.Table] = [schema.empty_table()]
    count, is_first = 0, True
    for part in parts:
        rows = part if isinstance(part, pa.Table) else pa.Table.from_batches([part])
        rows = rows.replace_schema_metadata(schema.metadata).cast(schema)
        while count + rows.num_rows >= ROW_GROUP_ROWS:
            needed = ROW_GROUP_ROWS - count
            yield pa.concat_tables([*waiting, rows.slice(0, needed)])
            waiting, count, is_first, rows = [], 0, False, rows.slice(needed)
        waiting.append(rows)
        count += rows.num_rows
    if count or is_first:
        yield pa.concat_tables(waiting)


def _count_file_rows(path: Path) -> int:
    with open_input(path) as data:
        return int(pq.read_metadata(data).num_rows)


def _add_missing_columns(declared: Table, rows: pa.Table) -> pa.Table:
    """Add the nullable columns that were declared after the file was written, filled with nulls."""
    for field in declared.schema:
        if field.nullable and field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows


def _read_file(declared: Table, path: Path) -> pa.Table:
    return pa.concat_tables(_read_file_parts(declared, path))


def _read_file_parts(declared: Table, path: Path) -> Iterator[pa.Table]:
    """Yield the row groups of a file in the declared schema; of a file without rows, an empty table."""
    with _read_errors(path), open_input(path) as data, pq.ParquetFile(data) as file:
        groups = (file.read_row_group(group) for group in range(file.num_row_groups))
        for rows in groups if file.num_row_groups else [file.schema_arrow.empty_table()]:
            yield cast_to_schema(declared, _add_missing_columns(declared, rows))


def _check_schema(declared: Table, path: Path) -> list[str]:
    """Return the names of a file's columns, after checking that its rows can be read as declared."""
    with _read_errors(path), open_input(path) as data:
        schema = pq.read_schema(data)
        cast_to_schema(declared, _add_missing_columns(declared, schema.empty_table()))
        return schema.names


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    """Raise errors of reading a file as ReadError."""
    try:
        yield
    except ViolationsError as error:
        raise ReadError(f"{path} does not fit the declaration of its table, rebuild it: {error}") from error
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"cannot read {path}: {str(error).splitlines()[0]}") from error
