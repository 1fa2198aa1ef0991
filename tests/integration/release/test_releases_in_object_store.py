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


@pytest.fixture
def release_with(released, tmp_path, store):
    """Return a function that changes a judgement, releases from the store, and returns the new version."""
    local = shutil.copytree(released, tmp_path / "local")

    def publish(**changed):
        warehouses.change(local, "judgements", ("50294205", "leadership"), **changed)
        commit_file(database_path(local), database_path(store))
        folder = releases.publish(store)
        return folder and folder.name

    return publish


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
def test_releases_of_one_date_are_immutable(store, release_with):
    first = release_with(grade="good", grade_rank=2)
    before = top_level_files(store / "releases" / first)
    assert {"inspections.duckdb", "index.json", "SHA256SUMS", "CHANGELOG.md"} <= before.keys()
    assert release_with(grade="good", grade_rank=2) is None
    assert release_with(grade="inadequate", grade_rank=4) == f"{first}.1"
    assert release_with(grade="outstanding", grade_rank=1) == f"{first}.2"
    assert top_level_files(store / "releases" / first) == before
    assert releases.current(store).name == f"{first}.2"
    index = json.loads(read_bytes(store / "releases" / f"{first}.2" / "index.json"))
    assert index["previous"] == f"{first}.1"
    parquet = store / "releases" / f"{first}.2" / "parquet" / "judgements.parquet"
    assert read_bytes(parquet).startswith(b"PAR1")


@pytest.mark.slow
def test_replaced_release_is_pruned_and_restored_in_an_object_store(store, release_with):
    first, second = release_with(grade="good", grade_rank=2), release_with(grade="inadequate", grade_rank=4)
    folder = store / "releases" / first
    before, tables = top_level_files(folder), list_file_sizes(folder / "csv")
    ((replaced, successor),) = pruning.replaced_releases(releases.current(store))
    assert (replaced, successor) == (folder, second)
    pruning.prune(folder, second)
    assert before.keys() - top_level_files(folder).keys() == {"inspections.duckdb", "inspections.xlsx"}
    assert list_file_sizes(folder / "csv") == {}
    assert len(list_file_sizes(folder / "parquet")) > len(tables)
    assert read_pruned(folder).replaced_by == second
    pruning.restore(folder)
    restored = top_level_files(folder)
    assert {name for name in before if before[name] != restored[name]} <= {"inspections.duckdb"}
    assert list_file_sizes(folder / "csv") == tables
