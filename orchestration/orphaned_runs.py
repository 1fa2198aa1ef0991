"""Orphaned runs: runs whose process was killed, which Dagster would show as running for ever.

A queue that admits one run at a time would wait for them. Every run is tagged with the process that executes
it (``assets.run_process``), so that runs without a living process can be failed. The command line does so
before a run, the sensors while the daemon runs.
"""

import os
import platform

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from assets.run_process import HOST_TAG, PROCESS_TAG, process_start_time

#: Statuses of runs that a process should be executing.
UNFINISHED_STATUSES = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Fail every unfinished run of this machine whose process no longer exists; return their ids."""
    failed = []
    for run in instance.get_runs(RunsFilter(statuses=UNFINISHED_STATUSES, tags={HOST_TAG: platform.node()})):
        run_id, pid, *start_time = run.tags[PROCESS_TAG].split(" ")
        if run_id == run.run_id and not _is_alive(int(pid), start_time):
            instance.report_run_failed(run, "The process of this run was killed.")
            # Otherwise the slot in its pool would stay occupied.
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            failed.append(run.run_id)
    return failed


def _is_alive(pid: int, start_time: list[str]) -> bool:
    """Return whether a process exists and, where the start time is known, is the one that started then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it exists, and belongs to another user
    return process_start_time(pid).split() == start_time
