import subprocess
import sys
from pathlib import Path

import pytest

from assets.publications.client import CrawlPolicy
from assets.release import releases
from tests.support import sample, warehouses
from tests.support.fake_site import serve

pytest_plugins = ["tests.support.website_fixtures"]


@pytest.fixture
def quick() -> CrawlPolicy:
    """Manners for a site that is ours: no waiting, little patience."""
    return CrawlPolicy(interval=0, backoff=0.001, connect_timeout=1, page_timeout=0.2, file_timeout=0.2)


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory) -> Path:
    """The sample's dataset, built once by the command that `make dataset` runs, to be read only."""
    warehouse = tmp_path_factory.mktemp("sample")
    with serve(sample.FOLDER) as replica:
        environment = {
            "PATH": "/usr/bin:/bin",
            "WAREHOUSE": str(warehouse),
            "REPORTS_SITE_URL": replica.url,
        }
        subprocess.run(
            [sys.executable, "-m", "orchestration.cli"],
            cwd=Path(__file__).parents[1],
            env=environment,
            check=True,
            capture_output=True,
        )
    return warehouse


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A warehouse of a few real reports with its first release, to be read only."""
    warehouse = warehouses.build(tmp_path_factory.mktemp("released"))
    assert releases.publish(warehouse)
    return warehouse


@pytest.fixture(scope="session")
def folder(released):
    """The first release's folder, to be read only."""
    return releases.current(released)
