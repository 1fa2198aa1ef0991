"""Makes the SQLite files of Dagster's history fast for a command, which logs hundreds of events.

An instance that stores its history elsewhere is not affected.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine

#: Files of events that stay open: the index of all runs, and those of some runs.
_MAX_OPEN_FILES = 4
#: Settings of an instance that name a storage of its history.
_STORAGES = frozenset({"storage", "run_storage", "event_log_storage", "schedule_storage"})


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite files, which stay open from one event to the next.

    Dagster itself opens a file, and compiles its statements, again for every event: several times the work of
    writing it. The files are the same.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        # As in Dagster's class, one thread at a time uses a file.
        self._one_thread = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, object]
    ) -> "OpenEventLog":
        """Return the storage that an instance's settings describe, as Dagster's class does."""
        return cls(str(config_value["base_dir"]), inst_data)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction in the file of a run."""
        return self._transaction(str(run_id), super().run_connection(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        """Return a transaction in the index of all runs."""
        return self._transaction("index", super().index_connection())

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table, which Dagster asks for every event."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close all files."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()

    @contextmanager
    def _transaction(
        self, shard: str, create_file: AbstractContextManager[Connection]
    ) -> Iterator[Connection]:
        with self._one_thread:
            if shard not in self._engines:
                with create_file:
                    self._close_oldest()
                self._engines[shard] = create_engine(
                    self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
                )
            with self._engines[shard].begin() as connection:
                yield connection

    def _close_oldest(self) -> None:
        while len(self._engines) >= _MAX_OPEN_FILES:
            self._engines.pop(next(iter(self._engines))).dispose()


def open_instance(home: Path) -> dg.DagsterInstance:
    """Return the instance of a DAGSTER_HOME; with an ``OpenEventLog``, unless its settings name a storage."""
    settings, _ = dagster_instance_config(str(home))
    if not _STORAGES.isdisjoint(settings):
        return dg.DagsterInstance.from_config(str(home))
    event_log = {
        "module": __name__,
        "class": OpenEventLog.__name__,
        "config": {"base_dir": str(home / "history" / "runs")},
    }
    reference = InstanceRef.from_dir(str(home), overrides={"event_log_storage": event_log})
    return dg.DagsterInstance.from_ref(reference)


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
