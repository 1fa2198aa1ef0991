"""The blocking asset checks, each on rows that violate its rule."""

import shutil

import dagster as dg
import pyarrow.parquet as pq
import pytest

import assets.database.assets as database_assets
from assets.database.build import build_database, database_path
from assets.parsing.invariants.codes import CODES
from assets.resources import Warehouse
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from orchestration import checks
from orchestration.definitions import build_definitions
from tests.support.instances import memory_instance
from tests.support.rows import rows

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


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


def evaluate(warehouse):
    """Return the results of the checks of the declarations of all tables, by table."""
    job = build_definitions(warehouse=warehouse).resolve_job_def("build_database")
    names = {name for name in TABLES if name != "inspections_database"}
    subset = job.get_subset(
        asset_selection=set(),
        asset_check_selection={dg.AssetCheckKey(dg.AssetKey(name), "as_declared") for name in names},
    )
    with memory_instance() as instance:
        result = subset.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
    return {check.asset_key.to_user_string(): check for check in result.get_asset_check_evaluations()}


def test_declarations(warehouse):
    """Each table has its own check: a file that does not fit, a reference to nothing."""
    results = evaluate(warehouse)
    assert results.keys() == TABLES.keys()
    assert all(result.passed and result.blocking for result in results.values())
    path = parquet_store.table_path(warehouse.path, "reports", 2022)
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(0, 1).rename_columns([*table.column_names[:-1], "another"]), path)
    parquet_store.write(warehouse.path, "authorities", rows("authorities", {"urn": 80401}))
    failed = {
        name: violations
        for name, violations in checks.table_violations(warehouse.path, TABLES).items()
        if violations
    }
    assert failed.keys() == {"reports", "publications"}
    assert f"{path} does not fit the declaration of its table" in failed["reports"][0]
    assert "80400 is not in authorities" in failed["publications"][0]


def test_rows_kept():
    before = {"reports": 20, "findings": 100, "extraction_issues": 10}
    kept = database_assets.rows_kept(before, {"reports": 18, "findings": 90, "extraction_issues": 1}, 0.9)
    assert kept.passed
    assert kept.metadata["rows"].value["reports"] == "20 before, 18 now"
    lost = database_assets.rows_kept(before, {"reports": 17, "findings": 100}, 0.9)
    assert (lost.passed, lost.description) == (False, "reports has 17 rows, the database has 20")
    assert "--accept-loss" in lost.metadata["next"].value
    assert database_assets.rows_kept(before, {"reports": 17}, 0).passed
    assert database_assets.rows_kept({}, {"reports": 0}, 0.9).passed


def run_database(warehouse, *check_names, asset=True, **config):
    """Build the database with some of its checks, or only evaluate them."""
    job = build_definitions(warehouse=warehouse).resolve_job_def(
        "build_database" if asset else "verify_warehouse"
    )
    subset = job.get_subset(
        asset_selection={database_assets.DATABASE} if asset else set(),
        asset_check_selection={dg.AssetCheckKey(database_assets.DATABASE, name) for name in check_names},
    )
    run_config = QUIET | ({"ops": {"inspections_database": {"config": config}}} if config else {})
    with memory_instance() as instance:
        return subset.execute_in_process(instance=instance, run_config=run_config, raise_on_error=False)


@pytest.mark.slow
def test_database_that_fails_a_check_does_not_replace_the_old_one(warehouse):
    """A blocking check and a loss of rows keep the old file; a loss can be accepted."""
    names = ("rows_kept", "publications_have_reports")
    assert run_database(warehouse, *names).success
    built = database_path(warehouse.path).read_bytes()
    kept = parquet_store.read(warehouse.path, "reports")
    parquet_store.write(warehouse.path, "reports", kept.slice(0, 17), 2022)
    result = run_database(warehouse, *names)
    assert not result.success
    assert {
        check.check_name: check.passed for check in result.get_asset_check_evaluations()
    } == dict.fromkeys(names, False)
    assert database_path(warehouse.path).read_bytes() == built
    assert not run_database(warehouse, *names, min_retained_share=0).success
    assert database_path(warehouse.path).read_bytes() == built
    assert run_database(warehouse, "rows_kept", min_retained_share=0).success
    assert database_path(warehouse.path).read_bytes() != built
    checked = run_database(warehouse, *names, asset=False)
    assert not checked.get_asset_materialization_events()
    assert {check.check_name: check.passed for check in checked.get_asset_check_evaluations()} == {
        "rows_kept": True,
        "publications_have_reports": False,
    }


def test_verification_is_a_job(warehouse):
    """Each part of ``inspections verify`` is a check of the asset that it verifies."""
    job = build_definitions(warehouse=warehouse).resolve_job_def("verify_warehouse")
    subset = job.get_subset(asset_selection=set(), asset_check_selection=set(checks.VERIFICATION_CHECKS))
    with memory_instance() as instance:
        result = subset.execute_in_process(instance=instance, run_config=QUIET)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert found.keys() == {key.name for key in checks.VERIFICATION_CHECKS}
    assert {name for name, check in found.items() if not check.passed} == {"tables_valid"}
    assert "parquet/sections: there is no file" in found["tables_valid"].description


def test_blocking_checks_and_next_steps():
    assert {key.asset_key.to_user_string() for key in checks.BLOCKING_CHECKS} == TABLES.keys()
    assert checks._NEXT_STEPS.keys() <= {*CODES, ""}
