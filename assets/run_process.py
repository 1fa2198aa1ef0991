"""Identity of the process that executes a run: the tags of the run, and the start time of a process.

Belongs here: process identity only. Deciding that a run is orphaned, and failing it, is the task of
``orchestration.orphaned_runs``.
"""

import os
import platform
from pathlib import Path

HOST_TAG, PROCESS_TAG = "inspections/host", "inspections/process"


def process_tags(run_id: str) -> dict[str, str]:
    """Return the tags that identify the current process as the one that executes a run.

    They include the run's id: Dagster copies tags to a re-execution, which has another id until it sets its
    own tags.
    """
    start_time = process_start_time(os.getpid())
    return {HOST_TAG: platform.node(), PROCESS_TAG: f"{run_id} {os.getpid()} {start_time}".strip()}


def process_start_time(pid: int) -> str:
    """Return when a process started, in the kernel's clock ticks; empty where the system does not say.

    It distinguishes a process from a later one with the same number.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
