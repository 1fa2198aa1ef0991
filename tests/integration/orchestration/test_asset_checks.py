"""The blocking asset checks, each on rows that violate its rule."""

import shutil

import dagster as dg
import pyarrow.parquet as pq
import pytest

from assets.database.build import build_database, database_path
from assets.parsing.invariants import CODES
from assets.resources import Warehouse
from assets.storage import parquet_store
from orchestration import checks
from tests.support.rows import rows


@pytest.fixture(scope="module")
def consistent(tmp_path_factory):
    """A warehouse of an authority and its reports, with its database; read only."""
    tmp_path = tmp_path_factory.mktemp("consistent")
    parquet_store.write(tmp_path, "authorities", rows("authorities", {"urn": 80400}))
    listed = [{"report_id": str(number), "urn": 80400} for number in range(20)]
    parquet_store.write(tmp_path, "publications", rows("publications", *listed))
    reports = [row | {"publication_year": 2022} for row in listed]
    parquet_store.write(tmp_path, "reports", rows("reports", *reports), 2022)
    build_database(tmp_path)
    return tmp_path


@pytest.fixture
def warehouse(consistent, tmp_path):
    return Warehouse(folder=str(shutil.copytree(consistent, tmp_path / "warehouse")))


def test_tables_as_declared(warehouse):
    assert checks.tables_as_declared(warehouse).passed
    path = parquet_store.table_path(warehouse.path, "reports", 2022)
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(0, 1).rename_columns([*table.column_names[:-1], "another"]), path)
    result = checks.tables_as_declared(warehouse)
    assert not result.passed
    assert f"{path} does not fit the declaration of its table" in result.description
    assert result.metadata["next"].value.startswith("Launch build_dataset")


def test_rows_kept(warehouse):
    assert checks.rows_kept(warehouse).metadata["reports"].value == "20 before, 20 now"
    kept = parquet_store.read(warehouse.path, "reports")
    parquet_store.write(warehouse.path, "reports", kept.slice(0, 18), 2022)
    assert checks.rows_kept(warehouse).passed
    parquet_store.write(warehouse.path, "reports", kept.slice(0, 17), 2022)
    result = checks.rows_kept(warehouse)
    assert (result.passed, result.description) == (False, "reports has 17 rows, the database has 20")
    assert "materialise inspections_database alone" in result.metadata["next"].value


def test_rows_kept_without_a_readable_database(warehouse):
    database_path(warehouse.path).write_bytes(b"no database")
    parquet_store.delete(warehouse.path, "reports", 2022)
    assert checks.rows_kept(warehouse).passed


def test_references_resolve(warehouse):
    assert checks.references_resolve(warehouse).passed
    parquet_store.write(warehouse.path, "authorities", rows("authorities", {"urn": 80401}))
    result = checks.references_resolve(warehouse)
    assert not result.passed
    assert "80400 is not in authorities" in result.description
    assert "next" in result.metadata


def test_blocking_checks_and_next_steps():
    assert {key.name for key in checks.BLOCKING_CHECKS} == {
        "references_resolve",
        "rows_kept",
        "tables_as_declared",
    }
    assert checks._NEXT_STEPS.keys() <= {*CODES, ""}
    assert all(check.asset_key == dg.AssetKey("extraction_issues") for check in checks.BLOCKING_CHECKS)
