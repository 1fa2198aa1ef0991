"""The asset of the theme tables: the years that a run tags, and rows equal to those of a run from scratch."""

import dagster as dg
import pytest

from assets.resources import Warehouse
from assets.storage import parquet_store
from assets.themes import assets as theme_assets
from tests.support.instances import memory_instance
from tests.support.rows import rows

MATCHES = "theme_matches"


@pytest.fixture
def instance():
    with memory_instance() as instance:
        yield instance


@pytest.fixture
def warehouse(tmp_path):
    store(tmp_path, 2020, "1", "Caseloads are high.", "Children go missing from home.")
    store(tmp_path, 2021, "2", "Later-life letters are written.")
    return tmp_path


def store(warehouse, year, report_id, *texts):
    """Store texts as the findings of a year."""
    findings = [
        {"report_id": report_id, "ordinal": ordinal, "text": text, "publication_year": year}
        for ordinal, text in enumerate(texts, 1)
    ]
    parquet_store.write(warehouse, "findings", rows("findings", *findings), year)


def materialize(warehouse, instance):
    """Materialize the theme tables; return the years that were tagged."""
    result = dg.materialize(
        [theme_assets.theme_tables],
        instance=instance,
        resources={"warehouse": Warehouse(folder=str(warehouse))},
    )
    (event,) = (
        found
        for found in result.get_asset_materialization_events()
        if found.asset_key == dg.AssetKey(MATCHES)
    )
    return event.materialization.metadata["years_tagged"].value


def stored(warehouse):
    return parquet_store.table_path(warehouse, MATCHES).read_bytes()


def from_scratch(warehouse):
    with memory_instance() as new:
        assert materialize(warehouse, new)
    return stored(warehouse)


def test_only_changed_years_are_tagged(warehouse, instance):
    assert materialize(warehouse, instance) == [2020, 2021]
    assert materialize(warehouse, instance) == []
    store(warehouse, 2021, "2", "Caseloads are too high.")
    store(warehouse, 2022, "3", "Return home interviews are late.")
    assert materialize(warehouse, instance) == [2021, 2022]
    reused = stored(warehouse)
    themes = {(row["report_id"], row["theme"]) for row in parquet_store.read(warehouse, MATCHES).to_pylist()}
    assert themes >= {
        ("1", "caseloads"),
        ("1", "missing_children"),
        ("2", "caseloads"),
        ("3", "missing_children"),
    }
    assert ("2", "life_story_work") not in themes
    assert reused == from_scratch(warehouse)


def test_year_without_texts_loses_its_matches(warehouse, instance):
    materialize(warehouse, instance)
    parquet_store.delete(warehouse, "findings", 2020)
    assert materialize(warehouse, instance) == []
    assert set(parquet_store.read(warehouse, MATCHES)["publication_year"].to_pylist()) == {2021}


def test_changed_table_is_made_from_scratch(warehouse, instance):
    materialize(warehouse, instance)
    original = stored(warehouse)
    other = parquet_store.read(warehouse, MATCHES).slice(0, 1)
    parquet_store.write(warehouse, MATCHES, other)
    assert materialize(warehouse, instance) == [2020, 2021]
    assert stored(warehouse) == original


def test_changed_code_tags_all_years(warehouse, instance, monkeypatch, tmp_path):
    materialize(warehouse, instance)
    code = tmp_path / "code"
    code.mkdir()
    (code / "tagging.py").write_text("# another way of matching\n")
    monkeypatch.setattr(theme_assets, "__file__", str(code / "assets.py"))
    assert materialize(warehouse, instance) == [2020, 2021]
