"""Measures a stage of the pipeline in a process of its own: time, processor time and peak memory.

``python -m tests.benchmarks.stages STAGE WAREHOUSE`` runs one stage of a warehouse.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from assets.database.build import build_database
from assets.release import releases
from assets.website.build import build_website
from orchestration.verification import verify_warehouse


@dataclass(frozen=True)
class Cost:
    """What a stage took: seconds, seconds of the processors (with child processes), and peak memory in MB."""

    seconds: float
    processor_seconds: float
    peak: float


def measure(*command: str, **environment: str) -> Cost:
    """Run a Python command in a process of its own, and return what it took.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    start = perf_counter()
    # The output of the command does not belong in the table.
    process = subprocess.Popen([sys.executable, *command], env=os.environ | environment, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


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
