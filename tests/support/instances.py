"""Dagster's instance in memory, for tests that run jobs in their own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import dagster as dg
import sqlalchemy
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


def memory_instance() -> dg.DagsterInstance:
    """Return an instance like that of ``DagsterInstance.ephemeral``, which logs events in half the time."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),
        run_storage=InMemoryRunStorage(),
        event_storage=_OneConnectionEventLog(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )


class _OneConnectionEventLog(InMemoryEventLogStorage):
    """Dagster's event log in memory, with one connection instead of several new ones for each event."""

    @contextmanager
    def _connect(self) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn

    @cached_property
    def _table_names(self) -> frozenset[str]:
        return frozenset(sqlalchemy.inspect(self._engine).get_table_names())

    def has_table(self, table_name: str) -> bool:
        """Return whether a table exists, which Dagster asks for every event."""
        return table_name in self._table_names
