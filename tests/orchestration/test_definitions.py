"""What Dagster is told of the dataset, before anything runs."""

import subprocess
import sys
from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.extraction.invariants import CODES
from assets.extraction.report import extractor_version
from assets.tables.schemas import REPORT_TABLES, TABLES, closed_vocabulary
from orchestration.definitions import defs
from orchestration.partitions import FIRST_YEAR, YEARS, all_years
from orchestration.resources import Clock, Warehouse

#: Assets that are no table.
OTHERS = {"report_files", "inspections_database"}


@pytest.fixture(scope="module")
def specs():
    return {spec.key.to_user_string(): spec for spec in defs().resolve_all_asset_specs()}


def test_every_table_is_an_asset(specs):
    assert specs.keys() == TABLES.keys() | OTHERS


def test_definitions_hold_together():
    dg.Definitions.validate_loadable(defs())


@pytest.mark.parametrize("name", [*TABLES, *OTHERS])
def test_an_asset_says_what_it_is(specs, name):
    spec = specs[name]
    assert len(spec.description) > 20
    assert spec.kinds
    assert spec.owners == ["team:children-services-inspections"]
    assert spec.group_name in {"reference", "listing", "reports", "release"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_shows_its_columns(specs, name):
    declared = TABLES[name]
    shown = specs[name].metadata["dagster/column_schema"]
    assert [column.name for column in shown.columns] == declared.schema.names
    for column, field in zip(shown.columns, declared.schema, strict=True):
        assert len(column.description) > 5
        assert column.constraints.nullable is field.nullable
        assert column.constraints.unique is (declared.key == (field.name,))
        for value in closed_vocabulary(field):
            assert value in column.constraints.other[0]
    assert specs[name].description == declared.description


def test_tables_of_reports_are_partitioned_and_bound_to_the_code_that_reads(specs):
    for name in specs:
        by_year = name in REPORT_TABLES or name == "report_files"
        assert specs[name].partitions_def == (YEARS if by_year else None)
    for name in REPORT_TABLES:
        assert specs[name].code_version == extractor_version()


def test_the_way_of_the_data(specs):
    feeds = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    assert feeds["publications"] == {"authorities"}
    assert feeds["report_files"] == {"publications"}
    assert {"publications", "report_files"} <= feeds["report_lines"]
    assert all(feeds[name] == {"report_lines"} for name in REPORT_TABLES if name != "report_lines")
    assert feeds["inspections_database"] == set(TABLES)


def test_every_invariant_is_a_check():
    checks = {key.name for key in defs().resolve_asset_graph().asset_check_keys}
    assert checks == {*CODES, "references_resolve"}


def test_years_are_partitions_up_to_the_current_one():
    keys = YEARS.get_partition_keys()
    assert keys == [str(number) for number in range(FIRST_YEAR, datetime.now(UTC).year + 1)]
    assert (all_years().start, all_years().end) == (keys[0], keys[-1])


def test_the_clock_and_the_warehouse_are_as_told(monkeypatch, tmp_path):
    assert Clock(at="2026-09-01T12:00:00").now() == datetime(2026, 9, 1, 12)
    now = Clock().now()
    assert now.tzinfo is None
    assert abs(now - datetime.now(UTC).replace(tzinfo=None)).total_seconds() < 5
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    assert Warehouse().path == tmp_path
    assert Warehouse(folder="elsewhere").archive.as_posix() == "elsewhere/archive"


def test_loading_is_silent():
    """No warning of Dagster's reaches whoever loads the definitions, as its UI and the command line do."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import orchestration.definitions as d; d.defs()"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (loaded.stdout, loaded.stderr) == ("", "")
