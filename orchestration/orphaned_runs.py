"""Orphaned runs: runs whose process was killed, which Dagster would show as running for ever.

A run queue that admits one run at a time would wait for them. Every run is tagged with the process that
executes it (``assets.run_process``), so that runs without a living process can be failed.
"""

import os
import platform

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from assets.run_process import HOST_TAG, PROCESS_TAG, process_start_time

_UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def fail_orphaned_runs(instance: dg.DagsterInstance) -> None:
    """Mark every unfinished run of this machine as failed if its process no longer exists."""
    for run in instance.get_runs(RunsFilter(statuses=_UNFINISHED, tags={HOST_TAG: platform.node()})):
        run_id, pid, *start_time = run.tags[PROCESS_TAG].split(" ")
        if run_id == run.run_id and not _is_alive(int(pid), start_time):
            instance.report_run_failed(run, "The process of this run was killed.")
            # Otherwise the slot in its pool would stay occupied.
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _is_alive(pid: int, start_time: list[str]) -> bool:
    """Return whether a process exists and, where the start time is known, is the one that started then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return process_start_time(pid).split() == start_time  # it belongs to another user
    return process_start_time(pid).split() == start_time
