"""The Parquet store: where the rows of every table lie, and the only way in and out.

What comes in holds to its declaration (``checks``) or stays out. The same rows, in whatever order they come,
give the same bytes: sorted by key, in row groups of one size, without a time of writing. A file whose bytes
would not change is not touched. Where a file lies is said by ``location`` alone.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.tables.checks import FaultsError, check_rows, conform
from assets.tables.replacing import WriteError, replacing
from assets.tables.schemas import TABLES, Table

ROW_GROUP = 65_536  # rows
_YEAR = "publication_year="
_FILE = "part-0.parquet"


class ReadError(Exception):
    """A file of the store could not be read; one sentence that names it and says why."""


def location(warehouse: Path, table_name: str, year: int | None = None) -> Path:
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
    path, declared = location(warehouse, table_name, year), TABLES[table_name]
    if faults := check_rows(declared, rows, year):
        raise FaultsError(faults)
    data = _encoded(_in_order(declared, conform(declared, rows)))
    try:
        if path.exists() and path.read_bytes() == data:
            return False
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror}") from error
    with replacing(path) as beside:
        beside.write_bytes(data)
    return True


def read(warehouse: Path, table_name: str, year: int | None = None) -> pa.Table:
    """Return a table, all of it or one year, in its declared schema and the order of its key.

    What was never written has no rows.

    Raises:
        ReadError: A file is broken, or was written under another declaration.
    """
    declared = TABLES[table_name]
    which = years(warehouse, table_name) if declared.by_year and year is None else (year,)
    paths = (location(warehouse, table_name, each) for each in which)
    parts = [_decoded(declared, path) for path in paths if path.exists()]
    rows = pa.concat_tables(parts) if parts else declared.schema.empty_table()
    return rows if len(parts) < 2 else _in_order(declared, rows)


def count_rows(warehouse: Path, table_name: str) -> int:
    """Return how many rows a table has, over all its years, without reading them."""
    declared = TABLES[table_name]
    which = years(warehouse, table_name) if declared.by_year else (None,)
    paths = (location(warehouse, table_name, each) for each in which)
    return sum(pq.read_metadata(path).num_rows for path in paths if path.exists())


def years(warehouse: Path, table_name: str) -> tuple[int, ...]:
    """Return the years of which a table is stored, the earliest first."""
    files = location(warehouse, table_name, 0).parent.parent.glob(f"{_YEAR}*/{_FILE}")
    return tuple(sorted(int(path.parent.name.removeprefix(_YEAR)) for path in files))


def drop(warehouse: Path, table_name: str, year: int | None = None) -> bool:
    """Take a table, or one year of it, out of the store; return whether it was there.

    Raises:
        WriteError: The file cannot be removed.
    """
    path = location(warehouse, table_name, year)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WriteError(f"cannot remove {path}: {error.strerror}") from error
    return True


def _in_order(declared: Table, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in declared.key])


def _encoded(rows: pa.Table) -> bytes:
    # Chunks decide where pages break, so that equal rows must come in equal chunks: one.
    sink = pa.BufferOutputStream()
    pq.write_table(rows.combine_chunks(), sink, row_group_size=ROW_GROUP, compression="zstd")
    return bytes(sink.getvalue())


def _decoded(declared: Table, path: Path) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            return conform(declared, file.read())
    except FaultsError as error:
        raise ReadError(f"{path} was written under another declaration, build it again: {error}") from error
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"cannot read {path}: {str(error).splitlines()[0]}") from error
