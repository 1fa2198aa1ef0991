"""The job build_dataset with a warehouse in an object store: the same bytes as in a folder."""

import duckdb
import pytest

from assets.storage.filesystem import local_copy, resolve_path
from tests.integration.orchestration.test_build_dataset import folder, reports_read, run, serving  # noqa: F401 (a fixture)
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


@pytest.mark.slow
def test_warehouse_in_an_object_store_has_the_same_bytes(folder, bucket, tmp_path):  # noqa: F811
    remote = resolve_path(f"{bucket}/warehouse")
    with serving(folder, tmp_path):
        run()
    with serving(folder, remote):
        assert reports_read(run()) == 3
        assert reports_read(run()) == 0
    local_files, remote_files = contents(tmp_path), contents(remote)
    assert set(local_files) == set(remote_files)
    # The fetch log contains the port of the fake site; the database has equal rows, not equal bytes.
    assert {name for name in local_files if local_files[name] != remote_files[name]} <= {
        "/archive/fetches.parquet",
        "/inspections.duckdb",
    }
    with local_copy(remote / "inspections.duckdb") as file, duckdb.connect(file, read_only=True) as database:
        assert database.sql("SELECT count(*) FROM reports").fetchall() == [(4,)]
