"""Releases of a warehouse in an object store: immutable, as in a local folder."""

import json
import shutil

import pytest

from assets.database.build import database_path
from assets.release import pruning, releases
from assets.release.manifest import read_pruned
from assets.storage.filesystem import commit_file, list_file_sizes, read_bytes, resolve_path
from tests.support import object_store, warehouses


@pytest.fixture
def store():
    with object_store.serving() as address:
        yield resolve_path(f"{address}/warehouse")


FIRST, SECOND = "2026.09.01", "2026.09.01.1"


@pytest.fixture
def store_with_releases(twice_released, store):
    """An object store with two releases of one date, and the database of the second."""
    for path in ("inspections.duckdb", f"releases/{FIRST}", f"releases/{SECOND}", "releases/latest.json"):
        commit_file(twice_released / path, store / path)
    return store


def top_level_files(folder):
    """Return the content of each file of a release that is not in a subfolder, by name."""
    return {name: read_bytes(folder / name) for name in list_file_sizes(folder)}


@pytest.mark.slow
def test_release_in_object_store(released, store):
    """The release has the files of the local one; there is no second release without a change."""
    commit_file(database_path(released), database_path(store))
    assert releases.publish(store) == releases.current(store) == store / "releases" / "2026.09.01"
    local, remote = releases.current(released), releases.current(store)
    assert list_file_sizes(remote).keys() == list_file_sizes(local).keys()
    for folder in ("csv", "parquet"):
        assert list_file_sizes(remote / folder) == list_file_sizes(local / folder)
    assert read_bytes(remote / "csv" / "reports.csv") == (local / "csv" / "reports.csv").read_bytes()
    assert releases.publish(store) is None


@pytest.mark.slow
def test_releases_of_one_date_are_immutable(changed, store_with_releases, tmp_path):
    store = store_with_releases
    before = [top_level_files(store / "releases" / version) for version in (FIRST, SECOND)]
    assert {"inspections.duckdb", "index.json", "SHA256SUMS", "CHANGELOG.md"} <= before[0].keys()
    local = shutil.copytree(changed, tmp_path / "local")
    warehouses.change(local, "judgements", ("50294205", "leadership"), grade="inadequate", grade_rank=4)
    commit_file(database_path(local), database_path(store))
    third = f"{FIRST}.2"
    assert releases.publish(store) == releases.current(store) == store / "releases" / third
    assert [top_level_files(store / "releases" / version) for version in (FIRST, SECOND)] == before
    index = json.loads(read_bytes(store / "releases" / third / "index.json"))
    assert index["previous"] == SECOND
    parquet = store / "releases" / third / "parquet" / "judgements.parquet"
    assert read_bytes(parquet).startswith(b"PAR1")


@pytest.mark.slow
def test_replaced_release_is_pruned_and_restored_in_an_object_store(store_with_releases):
    folder = store_with_releases / "releases" / FIRST
    before, tables = top_level_files(folder), list_file_sizes(folder / "csv")
    ((replaced, successor),) = pruning.replaced_releases(releases.current(store_with_releases))
    assert (replaced, successor) == (folder, SECOND)
    pruning.prune(folder, SECOND)
    assert before.keys() - top_level_files(folder).keys() == {"inspections.duckdb", "inspections.xlsx"}
    assert list_file_sizes(folder / "csv") == {}
    assert len(list_file_sizes(folder / "parquet")) > len(tables)
    assert read_pruned(folder).replaced_by == SECOND
    pruning.restore(folder)
    restored = top_level_files(folder)
    assert {name for name in before if before[name] != restored[name]} <= {"inspections.duckdb"}
    assert list_file_sizes(folder / "csv") == tables
