"""Fixtures of the orchestration tests: a small site, and the command line in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from orchestration import run_job
from orchestration.cli import main
from tests.support import sample
from tests.support.fake_site import folders

YEAR = "2022"
PREVIOUS_DATABASE = b"the database of the previous build"


@pytest.fixture(scope="session")
def small_site(tmp_path_factory) -> Path:
    """A folder to serve: one report, and one whose file no longer exists."""
    site = tmp_path_factory.mktemp("site")
    shutil.copy(sample.reports()["59000055"][1], site / "59000055.pdf")
    listed = {
        "name": "City of London Corporation",
        "family": "focused_visit",
        "title": "Children's services focused visit",
        "published": "2022-12-13",
        "inspected": "",
    }
    rows = [folders.row(80450, "59000055", **listed), folders.row(80450, "59000056", path="", **listed)]
    return folders.write(site, rows)


@pytest.fixture
def invoke(monkeypatch, tmp_path) -> Callable[..., Result]:
    """Run the command line in this process: ``invoke("build", "--site", "live", WAREHOUSE="…")``.

    The instance is in memory, and builds cover one year: Dagster plans every year of a range before a run,
    which takes longer than the run.
    """
    monkeypatch.setattr(run_job, "all_years", lambda: dg.PartitionKeyRange(YEAR, YEAR))
    monkeypatch.setattr(run_job, "_open_instance", lambda _home: dg.DagsterInstance.ephemeral())

    def run(*arguments: object, stdin: str | None = None, **environment: str) -> Result:
        settings = {"DAGSTER_HOME": str(tmp_path / "dagster"), "WAREHOUSE": str(tmp_path / "warehouse")}
        result = CliRunner().invoke(main, list(map(str, arguments)), input=stdin, env=settings | environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
