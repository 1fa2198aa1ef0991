"""Builds and releases killed at named points, and two builds at once, in real processes.

Nothing here depends on timing: processes kill themselves at a point (``tests.support.killed_command``), and
the tests wait for conditions. ``make test-kill`` kills builds at random moments.
"""

import signal

import pytest

from assets.release import releases
from assets.release.validation import validate_release
from assets.storage.locking import warehouse_lock
from tests.support import kill_builds
from tests.support.fault_table import Theme, proves
from tests.support.kill_builds import Days, assert_complete, assert_known, contents, wait_until_empty
from tests.support.killed_command import BUILD_POINTS, RELEASE_POINTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    return Days.new(tmp_path_factory.mktemp("days"))


def run_until_killed(machine, days, command, point):
    """Run a command that kills itself at a point; what it leaves running must end by itself."""
    process = machine.start(
        days.sites[1], 1, ["tests.support.killed_command", command], INSPECTIONS_KILL_AT=point
    )
    output, _ = process.communicate(timeout=kill_builds.TIMEOUT)
    assert process.returncode == -signal.SIGKILL, f"not killed {point}: {output}"
    wait_until_empty(process.pid)


@proves(
    "A second build of the same warehouse",
    theme=Theme.TWO_AT_ONCE,
    does="waits for the first and says so; readers see no error and no third version",
)
def test_two_builds_at_once(days):
    """A reader saw nothing but the dataset that both built."""
    assert len(days.datasets[0]) > 20
    assert days.datasets[0].items() - days.datasets[1].items()


@proves(
    "A build, or all its processes, killed (SIGKILL) at any point",
    theme=Theme.INTERRUPTION,
    does="leaves the last good database and complete Parquet files; the next run removes temporary files,"
    " fails the killed run in Dagster's history, and produces the same dataset as an undisturbed build",
)
def test_rerun_repairs_killed_build(days):
    """One build after the other, each killed at a later point than the one before, then one to the end.

    The last one waits for the lock of the warehouse first, and changes nothing meanwhile.
    """
    machine = days.copy_of_first_day("killed")
    for point in BUILD_POINTS:
        run_until_killed(machine, days, "build", point)
        state = contents(machine.warehouse)
        assert_known(state.items(), days.datasets)
        assert state[kill_builds.DATABASE] == days.datasets[0][kill_builds.DATABASE]
    with warehouse_lock(machine.warehouse, print):
        process = machine.start(days.sites[1], 1)
        assert process.stdout.readline().startswith("another run is writing to ")
        assert contents(machine.warehouse) == state
    output, _ = process.communicate(timeout=kill_builds.TIMEOUT)
    assert process.returncode == 0, output
    assert_complete(machine, days.datasets[1])


def test_rerun_repairs_killed_release(days):
    machine = days.copy_of_first_day("released")
    for point in RELEASE_POINTS:
        run_until_killed(machine, days, "release", point)
        assert releases.current(machine.warehouse) is None
    process = machine.start(days.sites[1], 1, ["orchestration.cli", "release"])
    output, _ = process.communicate(timeout=kill_builds.TIMEOUT)
    assert process.returncode == 0, output
    release = releases.current(machine.warehouse)
    validate_release(release)
    assert [path.name for path in release.parent.iterdir() if path.is_dir()] == [release.name]
    assert_complete(machine, days.datasets[0])
