"""Fixtures of the orchestration tests: a small site, and the command line in this process."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

import assets.database.assets as database_assets
from orchestration import run_job
from orchestration.cli import main
from tests.support.instances import memory_instance
from tests.support.runs import write_small_site

PREVIOUS_DATABASE = b"the database of the previous build"


@pytest.fixture(scope="session")
def small_site(tmp_path_factory) -> Path:
    """A folder to serve: one report, and one whose file no longer exists."""
    return write_small_site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def invoke(monkeypatch, tmp_path) -> Callable[..., Result]:
    """Run the command line in this process: ``invoke("build", "--site", "live", WAREHOUSE="…")``.

    The instance is in memory and lasts as long as the test. ``sql/checks`` are not evaluated: that takes
    longer than a small build, and ``test_build_dataset`` covers them.
    """
    monkeypatch.setattr(
        database_assets, "run_on", lambda _connection, files: ((file, pa.table({})) for file in files)
    )
    instance = cache(memory_instance)
    monkeypatch.setattr(run_job, "open_instance", lambda _home: nullcontext(instance()))

    def run(*arguments: object, stdin: str | None = None, **environment: str) -> Result:
        settings = {"DAGSTER_HOME": str(tmp_path / "dagster"), "WAREHOUSE": str(tmp_path / "warehouse")}
        result = CliRunner().invoke(main, list(map(str, arguments)), input=stdin, env=settings | environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
