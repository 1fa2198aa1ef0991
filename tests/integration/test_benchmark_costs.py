"""The measurement of the benchmark covers the processes that a command starts."""

import subprocess

import pytest

from tests.benchmarks.stages import measure

WORKER_MB, WORKER_SECONDS = 200, 0.5
SCRIPT = f"""
from multiprocessing import get_context
from time import process_time

def work():
    held = bytearray({WORKER_MB} * 2**20)
    while process_time() < {WORKER_SECONDS}:
        pass

if __name__ == "__main__":
    worker = get_context("forkserver").Process(target=work)
    worker.start()
    worker.join()
"""


def test_workers_are_measured(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    cost = measure(str(script))
    assert cost.peak > WORKER_MB
    assert cost.processor_seconds > WORKER_SECONDS


def test_failed_command_is_an_error():
    with pytest.raises(subprocess.CalledProcessError) as error:
        measure("-c", "raise SystemExit(3)")
    assert error.value.returncode == 3
