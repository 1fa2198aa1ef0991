"""Opens DuckDB with the limits that hold everywhere: memory, threads, and where larger results are spilled.

Every module that reads or writes a database of the project connects through ``connect``. What does not fit
into the memory limit is written to temporary files, never next to the database: a release folder holds only
what its index lists.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import duckdb

from assets.database.quoting import quote_literal
from assets.processors import usable_processors

#: Memory that DuckDB may use. Python, Arrow and the rows that they hold come on top of it.
MEMORY_LIMIT = "512MB"
#: Each thread needs buffers of its own, so the number of threads is limited too.
MAX_THREADS = 4

#: Settings that keep the memory of the process close to the limit; they change no result.
_SETTINGS: Mapping[str, str] = {
    # By default DuckDB's allocator keeps up to 300 MB that are free, more on a busy machine. Here it returns
    # them to the system before it allocates a large piece, and in a thread of its own.
    "allocator_bulk_deallocation_flush_threshold": "'1MB'",
    "allocator_background_threads": "true",
    # Parquet and CSV files are read once, so a copy of their bytes in memory is of no use.
    "enable_external_file_cache": "false",
}

IN_MEMORY = ":memory:"
_SPILL_PREFIX = "duckdb-spill-"


def connect(
    path: Path | str = IN_MEMORY, *, read_only: bool = False, storage_version: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database within the limits of this module; by default an empty one in memory.

    Args:
        path: The file, which is created if it does not exist and the connection is not read-only.
        read_only: Whether the file is only read.
        storage_version: The storage version in which a new file is written.

    Raises:
        duckdb.Error: The file cannot be opened.
    """
    version = {"storage_compatibility_version": storage_version} if storage_version else {}
    connection = duckdb.connect(path, read_only=read_only, config={**version})
    connection.execute(f"SET memory_limit = {quote_literal(MEMORY_LIMIT)}")
    connection.execute(f"SET threads = {min(MAX_THREADS, usable_processors())}")
    for setting, value in _SETTINGS.items():
        connection.execute(f"SET {setting} = {value}")
    # Connections of one process to one file share its settings, and this one cannot be changed after its use.
    if _SPILL_PREFIX not in str(connection.execute("SELECT current_setting('temp_directory')").fetchone()):
        folder = Path(gettempdir()) / f"{_SPILL_PREFIX}{uuid4().hex}"
        connection.execute(f"SET temp_directory = {quote_literal(folder)}")
    return connection
