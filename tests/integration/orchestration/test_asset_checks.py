"""The checks that stand in the way of a database, each on rows that break what it checks."""

import dagster as dg
import pyarrow.parquet as pq
import pytest

from assets.database.build import build_database, database_path
from assets.parsing.invariants import CODES
from assets.resources import Warehouse
from assets.storage import parquet_store
from orchestration import checks
from tests.support.rows import rows


@pytest.fixture
def warehouse(tmp_path):
    """A warehouse with reports and authorities that fit together, and its database."""
    parquet_store.write(tmp_path, "authorities", rows("authorities", {"urn": 80400}))
    listed = [{"report_id": str(number), "urn": 80400} for number in range(20)]
    parquet_store.write(tmp_path, "publications", rows("publications", *listed))
    reports = [row | {"publication_year": 2022} for row in listed]
    parquet_store.write(tmp_path, "reports", rows("reports", *reports), 2022)
    build_database(tmp_path)
    return Warehouse(folder=str(tmp_path))


def test_tables_as_declared(warehouse):
    assert checks.tables_as_declared(warehouse).passed
    path = parquet_store.table_path(warehouse.path, "reports", 2022)
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(0, 1).rename_columns([*table.column_names[:-1], "another"]), path)
    found = checks.tables_as_declared(warehouse)
    assert not found.passed
    assert f"{path} does not fit the declaration of its table" in found.description
    assert found.metadata["next"].value.startswith("Launch dataset")


def test_rows_kept(warehouse):
    assert checks.rows_kept(warehouse).metadata["reports"].value == "20 before, 20 now"
    kept = parquet_store.read(warehouse.path, "reports")
    parquet_store.write(warehouse.path, "reports", kept.slice(0, 18), 2022)
    assert checks.rows_kept(warehouse).passed
    parquet_store.write(warehouse.path, "reports", kept.slice(0, 17), 2022)
    found = checks.rows_kept(warehouse)
    assert (found.passed, found.description) == (False, "reports has 17 rows where the database has 20")
    assert "materialise inspections_database alone" in found.metadata["next"].value


def test_without_a_database_nothing_can_have_shrunk(warehouse):
    database_path(warehouse.path).write_bytes(b"no database")
    parquet_store.delete(warehouse.path, "reports", 2022)
    assert checks.rows_kept(warehouse).passed


def test_references_resolve(warehouse):
    assert checks.references_resolve(warehouse).passed
    parquet_store.write(warehouse.path, "authorities", rows("authorities", {"urn": 80401}))
    found = checks.references_resolve(warehouse)
    assert not found.passed
    assert "80400 is not in authorities" in found.description
    assert "next" in found.metadata


def test_what_blocks_is_an_error_and_every_invariant_says_what_to_do():
    assert {key.name for key in checks.BLOCKING_CHECKS} == {
        "references_resolve",
        "rows_kept",
        "tables_as_declared",
    }
    assert checks._NEXT.keys() <= {*CODES, ""}
    assert all(check.asset_key == dg.AssetKey("extraction_issues") for check in checks.BLOCKING_CHECKS)
