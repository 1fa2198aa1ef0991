"""The Parquet store: where the rows of every table lie, and the only way in and out.

What comes in holds to its declaration (``checks``) or stays out. The same rows, in whatever order they come,
give the same bytes: sorted by key, in row groups of one size, without a time of writing. A file whose bytes
would not change is not touched. Where a file lies is said by ``location`` alone.

Every file is whole at every moment, the last one or the next; but the files of one run come one after
another, so that for its last seconds, or until the next run if it is killed in them, some tables or years are
newer than others. Who needs all tables of one moment reads the database: it is swapped in as one.
"""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.schema.tables import TABLES, Table
from assets.schema.validation import ViolationsError, cast_to_schema, check_rows
from assets.storage.atomic_write import WriteError, atomic_write
from assets.storage.filesystem import open_input, read_bytes

ROW_GROUP_ROWS = 65_536  # rows
_YEAR = "publication_year="
_FILE = "part-0.parquet"


class ReadError(Exception):
    """A file of the store could not be read; one sentence that names it and says why."""


def table_path(warehouse: Path, table_name: str, year: int | None = None) -> Path:
    """Return where a table's file lies, or that of one of its years.

    Raises:
        ValueError: A year is given for a table that has none, or the other way round.
    """
    if TABLES[table_name].by_year is not (year is not None):
        raise ValueError(f"{table_name} is {'' if year is None else 'not '}stored by year")
    folder = warehouse / "parquet" / table_name
    return folder / _FILE if year is None else folder / f"{_YEAR}{year}" / _FILE


def write(warehouse: Path, table_name: str, rows: pa.Table, year: int | None = None) -> bool:
    """Store a table, or one year of it, in place of what was there; return whether anything changed.

    Raises:
        FaultsError: The rows break a rule of the table's declaration; nothing was written.
        WriteError: The disk is full, the folder not writable, or the like; nothing changed.
    """
    path, declared = table_path(warehouse, table_name, year), TABLES[table_name]
    if faults := check_rows(declared, rows, year):
        raise ViolationsError(faults)
    data = to_parquet(_sorted_by_key(declared, cast_to_schema(declared, rows)))
    try:
        if path.exists() and read_bytes(path) == data:
            return False
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror}") from error
    with atomic_write(path) as beside:
        beside.write_bytes(data)
    return True


def read(warehouse: Path, table_name: str, year: int | None = None) -> pa.Table:
    """Return a table, all of it or one year, in its declared schema and the order of its key.

    What was never written has no rows.

    Raises:
        ReadError: A file is broken, or was written under another declaration.
    """
    declared = TABLES[table_name]
    which = stored_years(warehouse, table_name) if declared.by_year and year is None else (year,)
    paths = (table_path(warehouse, table_name, each) for each in which)
    parts = [_read_file(declared, path) for path in paths if path.exists()]
    rows = pa.concat_tables(parts) if parts else declared.schema.empty_table()
    return rows if len(parts) < 2 else _sorted_by_key(declared, rows)


def count_rows(warehouse: Path, table_name: str, year: int | None = None) -> int:
    """Return how many rows a table has, over all its years or in one, without reading them."""
    declared = TABLES[table_name]
    which = stored_years(warehouse, table_name) if declared.by_year and year is None else (year,)
    paths = (table_path(warehouse, table_name, each) for each in which)
    return sum(_count_file_rows(path) for path in paths if path.exists())


def stored_years(warehouse: Path, table_name: str) -> tuple[int, ...]:
    """Return the years of which a table is stored, the earliest first."""
    files = table_path(warehouse, table_name, 0).parent.parent.glob(f"{_YEAR}*/{_FILE}")
    return tuple(sorted(int(path.parent.name.removeprefix(_YEAR)) for path in files))


def content_hash(warehouse: Path, *table_names: str) -> str:
    """Return what tells the content of tables from any other: the same for the same bytes, on any machine.

    Raises:
        ReadError: A file cannot be read.
    """
    digest = hashlib.sha256()
    for name in table_names:
        which = stored_years(warehouse, name) if TABLES[name].by_year else (None,)
        for path in (table_path(warehouse, name, each) for each in which):
            digest.update(f"{path.relative_to(warehouse)}\n".encode())
            if path.exists():
                digest.update(_file_hash(path))
    return digest.hexdigest()[:16]


def delete(warehouse: Path, table_name: str, year: int | None = None) -> bool:
    """Take a table, or one year of it, out of the store; return whether it was there.

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


def _file_hash(path: Path) -> bytes:
    try:
        return hashlib.sha256(read_bytes(path)).digest()
    except OSError as error:
        raise ReadError(f"cannot read {path}: {error.strerror}") from error


def _sorted_by_key(declared: Table, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in declared.key])


def to_parquet(rows: pa.Table) -> bytes:
    """Return rows as a Parquet file: the same rows in the same order give the same bytes."""
    # Chunks decide where pages break, so that equal rows must come in equal chunks: one.
    sink = pa.BufferOutputStream()
    pq.write_table(rows.combine_chunks(), sink, row_group_size=ROW_GROUP_ROWS, compression="zstd")
    return bytes(sink.getvalue())


def _count_file_rows(path: Path) -> int:
    with open_input(path) as data:
        return int(pq.read_metadata(data).num_rows)


def _add_missing_columns(declared: Table, rows: pa.Table) -> pa.Table:
    """Add the columns that a table has got since it was written; of its rows they say nothing."""
    for field in declared.schema:
        if field.nullable and field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows


def _read_file(declared: Table, path: Path) -> pa.Table:
    try:
        with open_input(path) as data, pq.ParquetFile(data) as file:
            return cast_to_schema(declared, _add_missing_columns(declared, file.read()))
    except ViolationsError as error:
        raise ReadError(f"{path} was written under another declaration, build it again: {error}") from error
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"cannot read {path}: {str(error).splitlines()[0]}") from error
