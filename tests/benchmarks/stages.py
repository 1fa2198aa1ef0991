"""Measures a stage of the pipeline in a process of its own: time, processor time and peak memory.

``python -m tests.benchmarks.stages STAGE WAREHOUSE`` runs one stage of a warehouse.
"""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from assets.database.build import build_database
from assets.release import releases
from assets.website.build import build_website
from orchestration.verification import verify_warehouse

#: Option of Linux's prctl: descendants whose parent has ended become children of this process.
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """What a stage took: seconds, processor seconds of all processes, peak memory of the largest in MB."""

    seconds: float
    processor_seconds: float
    peak: float


def measure(*command: str, **environment: str) -> Cost:
    """Run a Python command in a process of its own, and return what it and its descendants took.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    # Worker processes are started by a fork server, which outlives the command: wait for orphans too.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | environment,
        stdout=sys.stderr,  # the output of the command does not belong in the table
        process_group=0,
    )
    cost = Cost(0, 0, 0)
    with suppress(ChildProcessError):  # there are no more
        while True:
            pid, status, usage = os.wait4(-process.pid, 0)
            if pid == process.pid:
                process.returncode = os.waitstatus_to_exitcode(status)
            cost = Cost(
                perf_counter() - start,
                cost.processor_seconds + usage.ru_utime + usage.ru_stime,
                max(cost.peak, usage.ru_maxrss / 1024),
            )
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return cost


def measure_stage(stage: str, warehouse: Path) -> Cost:
    """Run a stage of a warehouse whose earlier stages have run. Raises subprocess.CalledProcessError."""
    return measure("-m", "tests.benchmarks.stages", stage, str(warehouse))


def _release(warehouse: Path) -> None:
    if releases.publish(warehouse) is None:
        sys.exit("nothing to release: the warehouse has been released already")


def _website(warehouse: Path) -> None:
    release = releases.current(warehouse)
    assert release
    build_website(release, warehouse / "website")


def _verify(warehouse: Path) -> None:
    if problems := verify_warehouse(warehouse):
        sys.exit("\n".join(problems))


_RUN: Mapping[str, Callable[[Path], object]] = {
    "database": build_database,
    "release": _release,
    "website": _website,
    "verify": _verify,
}

if __name__ == "__main__":
    _RUN[sys.argv[1]](Path(sys.argv[2]))
