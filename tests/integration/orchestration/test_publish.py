"""A release as a person makes it: the command says what became of it, and so does Dagster."""

import shutil

import dagster as dg
import pytest

from assets.resources import Warehouse
from orchestration import cli
from orchestration.definitions import build_definitions
from tests.support import warehouses


@pytest.fixture
def publish(monkeypatch, capfd):
    """Run the command on a warehouse; return its exit code and what it said."""

    def run(warehouse):
        monkeypatch.setenv("WAREHOUSE", str(warehouse))
        monkeypatch.setenv("DAGSTER_HOME", "")
        code = cli.main(["release"])
        return code, *capfd.readouterr()

    return run


def test_a_release_is_made_once(publish, released, tmp_path):
    warehouse = shutil.copytree(released, tmp_path / "warehouse")
    first = warehouse / "releases" / "2026.09.01"
    assert publish(warehouse) == (0, f"No news since {first}: nothing was released.\n", "")
    warehouses.change(warehouse, "judgements", ("50294205", "leadership"), grade="good", grade_rank=2)
    assert publish(warehouse) == (0, f"{first}.1 is ready.\n", "")


def test_without_a_database_the_command_says_so(publish, tmp_path):
    sentence = f"there is no database at {tmp_path}/inspections.duckdb to release: build the dataset first"
    assert publish(tmp_path) == (1, "", f"Nothing was released: {sentence}\n")
    assert not (tmp_path / "releases").exists()


def test_dagster_says_which_release_is_current_and_whether_it_is_new(released, tmp_path):
    warehouse = shutil.copytree(released, tmp_path / "warehouse")
    shutil.rmtree(warehouse / "releases")
    job = build_definitions(warehouse=Warehouse(folder=str(warehouse))).resolve_job_def("make_release")
    told = []
    for _ in range(2):
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance)
        (event,) = result.get_asset_materialization_events()
        metadata = event.materialization.metadata
        told.append((metadata["released"].value, metadata["version"].value, metadata["note"].value))
    assert told == [
        (True, "2026.09.01", "A new release"),
        (False, "2026.09.01", "No news since the current release: nothing was released"),
    ]
