"""The whole job with its warehouse in an object store: the same bytes as in a folder."""

import duckdb
import pytest

from assets.storage.filesystem import local_copy, resolve_path
from tests.integration.orchestration.test_build_dataset import folder, read, run, running  # noqa: F401 (a fixture)
from tests.support import object_store


@pytest.fixture(scope="module")
def bucket():
    with object_store.serving() as address:
        yield address


def contents(warehouse):
    return {
        str(path).removeprefix(str(warehouse)): path.read_bytes()
        for path in warehouse.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_warehouse_in_an_object_store_holds_the_same_bytes(folder, bucket, tmp_path):  # noqa: F811
    remote = resolve_path(f"{bucket}/warehouse")
    with running(folder, tmp_path):
        run()
    with running(folder, remote):
        assert read(run()) == 3
        assert read(run()) == 0
    here, there = contents(tmp_path), contents(remote)
    assert set(here) == set(there)
    # The log names the replica's port.
    assert {name for name in here if here[name] != there[name]} <= {"/archive/fetches.parquet"}
    with local_copy(remote / "inspections.duckdb") as file, duckdb.connect(file, read_only=True) as database:
        assert database.sql("SELECT count(*) FROM reports").fetchall() == [(4,)]
