"""Releases of a warehouse in an object store: as immutable there as in a folder."""

import json
import shutil

import pytest

from assets.database.build import database_path
from assets.release import releases
from assets.storage.filesystem import commit_file, list_file_sizes, read_bytes, resolve_path
from tests.support import object_store, warehouses


@pytest.fixture
def store():
    with object_store.serving() as address:
        yield resolve_path(f"{address}/warehouse")


@pytest.fixture
def released_of(released, tmp_path, store):
    """Release the small dataset from the store with one judgement changed; return the new version."""
    here = shutil.copytree(released, tmp_path / "here")

    def publish(**changed):
        warehouses.change(here, "judgements", ("50294205", "leadership"), **changed)
        commit_file(database_path(here), database_path(store))
        made = releases.publish(store)
        return made and made.name

    return publish


def everything(folder):
    """Return what the files of a release say, but for those in folders of their own."""
    return {name: read_bytes(folder / name) for name in list_file_sizes(folder)}


def test_releases_of_one_day_stand_beside_each_other_and_never_change(store, released_of):
    first = released_of(grade="good", grade_rank=2)
    before = everything(store / "releases" / first)
    assert {"inspections.duckdb", "index.json", "SHA256SUMS", "CHANGELOG.md"} <= before.keys()
    assert released_of(grade="good", grade_rank=2) is None
    assert released_of(grade="inadequate", grade_rank=4) == f"{first}.1"
    assert released_of(grade="outstanding", grade_rank=1) == f"{first}.2"
    assert everything(store / "releases" / first) == before
    assert releases.current(store).name == f"{first}.2"
    index = json.loads(read_bytes(store / "releases" / f"{first}.2" / "index.json"))
    assert index["previous"] == f"{first}.1"
    parquet = store / "releases" / f"{first}.2" / "parquet" / "judgements.parquet"
    assert read_bytes(parquet).startswith(b"PAR1")
