"""Runs that were killed: they cannot say so themselves, and Dagster's history would show them as running.

A queue that starts one run at a time would wait for them for ever. So every run says which process it is,
and the next one ends those whose process is gone.
"""

import os
import platform
from pathlib import Path

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

_HOST, _PROCESS = "inspections/host", "inspections/process"
_UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def process_tags(run_id: str) -> dict[str, str]:
    """Return the tags by which a run says that it is this process.

    They name the run, too: one that is started anew bears those of the run before it until it says its own.
    """
    return {_HOST: platform.node(), _PROCESS: f"{run_id} {os.getpid()} {_started(os.getpid())}".strip()}


def end_killed_runs(instance: dg.DagsterInstance) -> None:
    """Say of every run of this machine whose process is gone that it failed."""
    for run in instance.get_runs(RunsFilter(statuses=_UNFINISHED, tags={_HOST: platform.node()})):
        run_id, pid, *started = run.tags[_PROCESS].split(" ")
        if run_id == run.run_id and not _is_alive(int(pid), started):
            instance.report_run_failed(run, "Its process was killed; the next run found it so.")
            # Its place in a pool would be waited for without end.
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _is_alive(pid: int, started: list[str]) -> bool:
    """Tell whether a process lives, and is the one that started then, if that is known."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's, but there
    return _started(pid).split() == started


def _started(pid: int) -> str:
    """Return when a process started, which tells it from a later one of its number.

    It is the system's own count, and empty where the system does not say.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
