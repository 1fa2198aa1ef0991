"""Builds killed at random, and two at once, in real processes; ``make endure`` kills many more."""

import random

import pytest

from tests.support.fault_table import Theme, proves
from tests.support.kill_builds import Days, endure

KILLS = 3


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    return Days.new(tmp_path_factory.mktemp("days"))


@proves(
    "A second build of the same warehouse",
    theme=Theme.TWO_AT_ONCE,
    does="waits for the first to end and says so; readers see no error and no third version",
)
def test_two_builds_at_once(days):
    """What they built together is looked at where they are: a reader saw nothing else meanwhile."""
    assert len(days.datasets[0]) > 20
    assert days.datasets[0].items() - days.datasets[1].items()


@proves(
    "The build, its workers, or all of it killed (SIGKILL) at any moment",
    theme=Theme.INTERRUPTION,
    does="leaves the last good database and whole Parquet files; the next run sweeps up, ends the killed run"
    " in Dagster's history, and makes the same bytes as if nothing had happened",
)
def test_kills(days):
    struck, reader = endure(days, "kills", KILLS, random.Random(7))
    assert struck == KILLS
    assert reader.looks > KILLS
