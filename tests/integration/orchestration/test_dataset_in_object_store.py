"""The job build_dataset with a warehouse in an object store: the same bytes as in a folder."""

import dagster as dg
import duckdb
import pytest

from assets.storage.filesystem import local_copy, resolve_path
from orchestration.definitions import build_definitions
from tests.support import object_store
from tests.support.instances import memory_instance
from tests.support.runs import reports_read, run, serving, write_small_site

#: The year of the reports of the site. The other years would only repeat requests to the store.
YEAR = "2022"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of a visit, and of a report without a file."""
    return write_small_site(tmp_path_factory.mktemp("site"))


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
def test_warehouse_in_an_object_store_has_the_same_bytes(folder, bucket, tmp_path):
    remote = resolve_path(f"{bucket}/warehouse")
    with serving(folder, tmp_path):
        run(partition=YEAR)
    with serving(folder, remote):
        assert reports_read(run(partition=YEAR)) == 1
        assert reports_read(run(partition=YEAR)) == 0
    local_files, remote_files = contents(tmp_path), contents(remote)
    assert set(local_files) == set(remote_files)
    # The fetch log contains the port of the fake site; the database has equal rows, not equal bytes.
    assert {name for name in local_files if local_files[name] != remote_files[name]} <= {
        "/archive/fetches.parquet",
        "/inspections.duckdb",
    }
    with local_copy(remote / "inspections.duckdb") as file, duckdb.connect(file, read_only=True) as database:
        assert database.sql("SELECT count(*) FROM reports").fetchall() == [(2,)]


@pytest.mark.slow
def test_idle_tick_reads_no_object(folder, bucket):
    definitions = build_definitions()
    with serving(folder, resolve_path(f"{bucket}/idle")), memory_instance() as instance:
        crawl = run(partition=YEAR, instance=instance).run_id
        with (
            object_store.recording() as requests,
            dg.build_sensor_context(instance, cursor=crawl, resources=definitions.resources) as context,
        ):
            tick = definitions.resolve_sensor_def("refresh_sensor").evaluate_tick(context)
    assert tick.skip_message == "Nothing changed: the database is up to date"
    assert len(requests) == 1
    assert {method for method, _ in requests} == {"HEAD"}
