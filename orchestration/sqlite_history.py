"""Makes the SQLite files of Dagster's history fast for a command, which logs hundreds of events.

Has no effect on an instance that stores its history elsewhere.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def fast_sqlite() -> Iterator[None]:
    """Wait for the disk once for each file of Dagster's history, not once for each event of a run.

    Dagster's SQLite files are in WAL mode, in which ``synchronous = NORMAL`` keeps them consistent. After a
    power failure the last events may be missing; the dataset is written with its own flushes.

    Dagster opens a connection for each event. When the last connection to a file is closed, SQLite copies the
    WAL into the file, so one more connection to each file stays open while the context lasts.
    """
    kept_open: dict[str, sqlite3.Connection] = {}

    def prepare(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        if path not in kept_open and connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            kept_open[path] = sqlite3.connect(path, check_same_thread=False)
            kept_open[path].execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the WAL

    event.listen(Engine, "connect", prepare)
    try:
        yield
    finally:
        event.remove(Engine, "connect", prepare)
        for connection in kept_open.values():
            connection.close()
