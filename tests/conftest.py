"""Fixtures of all tests, and the tiers: tests in slow folders and tests of slow fixtures are slow.

Datasets that many tests read are built once per run of the tests, by whichever process needs them first.
"""

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from assets.database import connection
from assets.publications.client import CrawlPolicy
from assets.release import releases
from orchestration.cli import GARBAGE_COLLECTION
from tests.support import runs, sample, warehouses
from tests.support.fault_table import COLLECTED, proofs_of

pytest_plugins = ["tests.support.website_fixtures"]

# No test depends on timing, nor on how fast hypothesis draws its examples.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

# Processes of tests share processors: threads that wait for each other would take a third more of their time.
connection.MAX_THREADS = 1

gc.set_threshold(*GARBAGE_COLLECTION)

SLOW_FOLDERS = ("browser", "cluster", "readers")
#: Releases and websites of a few tests each, which take seconds to build; the fast tests share the others.
SLOW_FIXTURES = {"hostile", "hostile_site", "public_site", "twice_released", "without_placeholders"}

#: The files whose tests take longest. Processes take files in this order (``--dist loadfile``), so that none
#: starts a long file when the others have nothing left. While one process builds the sample, which the second
#: file needs, the others have files that do not use it.
LONGEST_FIRST = (
    "cluster/test_cluster.py",
    "browser/test_sql_box.py",
    "integration/orchestration/test_kill_builds.py",
    "integration/orchestration/test_operated_year.py",
    "browser/test_website.py",
    "browser/test_dagster_ui.py",
    "integration/orchestration/test_verify.py",
    "integration/orchestration/test_simulated_year.py",
    "integration/database/test_examples.py",
    "integration/orchestration/test_build_dataset.py",
    "integration/orchestration/test_schedule_and_sensors.py",
    "integration/orchestration/test_cli_build.py",
    "integration/extraction/test_worker_pool.py",
    "integration/extraction/test_hostile_files.py",
    "integration/orchestration/test_reports_that_do_not_count.py",
    "integration/orchestration/test_dataset_in_object_store.py",
    "integration/release/test_releases_in_object_store.py",
    "integration/orchestration/test_odd_site.py",
    "integration/test_extensions.py",
    "browser/test_search_page.py",
    "integration/orchestration/test_publish.py",
    "integration/release/test_releases.py",
    "integration/website/test_build.py",
    "integration/test_enlarge.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slow tests, order them, and keep the faults that tests declare before any is deselected."""
    config.stash[COLLECTED] = proofs_of(items)
    for item in items:
        folder = _path_in_tests(item).parts[0]
        if folder in SLOW_FOLDERS or SLOW_FIXTURES & _used_fixtures(item):
            item.add_marker(pytest.mark.slow)
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(_path_in_tests(item).as_posix(), len(ranks)))


def _path_in_tests(item: pytest.Item) -> Path:
    return item.path.relative_to(Path(__file__).parent)


def _used_fixtures(item: pytest.Item) -> set[str]:
    """Return the fixtures of a test, by name; tests of several websites have a parameter ``fixture``."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return {*getattr(item, "fixturenames", ()), parameters.get("fixture", "")}


@pytest.fixture(scope="session")
def build_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[..., Path]:
    """Return a function that builds a folder once for all processes of this run of the tests.

    The folder is read only for every test that uses it. Runs of the tests of one state of the code share
    folders if the environment variable SHARED_DATA names where.
    """
    base = tmp_path_factory.getbasetemp()
    shared = Path(os.environ.get("SHARED_DATA") or (base if worker_id == "master" else base.parent))

    def build(name: str, make: Callable[[Path], object]) -> Path:
        folder, complete = shared / name, shared / f"{name}.complete"
        with FileLock(shared / f"{name}.lock"):
            if not complete.exists():
                folder.mkdir()
                make(folder)
                complete.touch()
        return folder

    return build


@pytest.fixture
def quick() -> CrawlPolicy:
    """A policy for a site on loopback: no interval, and retries without delay.

    The time-outs are the real ones: on a busy machine a shorter one repeats requests that a test counts.
    """
    return CrawlPolicy(interval=0, backoff=0.001)


@pytest.fixture(scope="session")
def sample_warehouse(build_once: Callable[..., Path]) -> Path:
    """The dataset of the sample; read only."""

    def make(folder: Path) -> None:
        with runs.serving(sample.FOLDER, folder):
            runs.run(at="")

    return build_once("sample", make)


@pytest.fixture(scope="session")
def released(build_once: Callable[..., Path]) -> Path:
    """A warehouse of a few real reports with its first release; read only."""

    def make(folder: Path) -> None:
        warehouses.build(folder)
        assert releases.publish(folder)

    return build_once("released", make)


@pytest.fixture(scope="session")
def changed(released: Path, build_once: Callable[..., Path]) -> Path:
    """``released`` after the change of a grade, which is not released yet; read only."""

    def make(folder: Path) -> None:
        shutil.copytree(released, folder, dirs_exist_ok=True)
        warehouses.change(folder, "judgements", ("50294205", "leadership"), grade="good", grade_rank=2)

    return build_once("changed", make)


@pytest.fixture(scope="session")
def twice_released(changed: Path, build_once: Callable[..., Path]) -> Path:
    """``changed`` after its release: two releases of one month, which have all their files; read only."""

    def make(folder: Path) -> None:
        shutil.copytree(changed, folder, dirs_exist_ok=True)
        assert releases.publish(folder)

    return build_once("twice-released", make)


@pytest.fixture(scope="session")
def folder(released: Path) -> Path:
    """The folder of the first release; read only."""
    release = releases.current(released)
    assert release is not None
    return release
