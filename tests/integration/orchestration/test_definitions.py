"""Dagster's definitions: assets, graph, jobs, pools and checks."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from assets.database import sql_checks
from assets.parsing.invariants.codes import CODES
from assets.parsing.report import extractor_version
from assets.partitions import FIRST_YEAR, YEARS, all_years
from assets.resources import Clock, Warehouse
from assets.schema.tables import REPORT_TABLES, TABLES, allowed_values
from orchestration.checks import BLOCKING_CHECKS, VERIFICATION_CHECKS
from orchestration.definitions import build_definitions, defs

#: Assets that are not tables.
OTHERS = {
    "pending_reports",
    "pending_reports_by_year",
    "report_files",
    "inspections_database",
    "release",
    "website",
}


@pytest.fixture(scope="module")
def specs():
    return {spec.key.to_user_string(): spec for spec in defs().resolve_all_asset_specs()}


def test_every_table_is_an_asset(specs):
    assert specs.keys() == TABLES.keys() | OTHERS


def test_definitions_are_loadable():
    dg.Definitions.validate_loadable(defs())


@pytest.mark.parametrize("name", [*TABLES, *sorted(OTHERS)])
def test_asset_is_documented(specs, name):
    spec = specs[name]
    assert len(spec.description) > 20
    assert spec.kinds
    assert spec.owners == ["team:children-services-inspections"]
    assert spec.group_name in {"reference", "listing", "reports", "themes", "release", "website"}


@pytest.mark.parametrize("name", TABLES)
def test_table_has_a_column_schema(specs, name):
    declared = TABLES[name]
    shown = specs[name].metadata["dagster/column_schema"]
    assert [column.name for column in shown.columns] == declared.schema.names
    for column, field in zip(shown.columns, declared.schema, strict=True):
        assert len(column.description) > 5
        assert column.constraints.nullable is field.nullable
        assert column.constraints.unique is (declared.key == (field.name,))
        for value in allowed_values(field):
            assert value in column.constraints.other[0]
    assert specs[name].description == declared.description


def test_report_tables_are_partitioned_and_have_the_extractor_version(specs):
    for name in specs:
        by_year = name in REPORT_TABLES or name in ("report_files", "pending_reports_by_year")
        assert specs[name].partitions_def == (YEARS if by_year else None)
    for name in REPORT_TABLES:
        assert specs[name].code_version == extractor_version()


#: The expected graph: each asset with its dependencies.
GRAPH = """
abbreviations
acknowledged_issues < extraction_issues
areas
authorities < listing_issues
authority_indicators < authorities gss_codes
corrections < extraction_issues findings inspectors judgements recommendations report_lines reports sections
extraction_issues < report_lines
families
findings < report_lines
framework_areas
frameworks
grades
gss_codes
indicators < authorities gss_codes
inspectors < report_lines
judgements < report_lines
listing_issues
official_differences
official_inspections
official_judgements
pending_reports < authorities publications
pending_reports_by_year < pending_reports
publications < families
recommendations < report_lines
release < inspections_database
report_files < pending_reports pending_reports_by_year
report_lines < authorities report_files
reports < report_lines
sections < report_lines
statistical_neighbours
successions
theme_indicators < authorities gss_codes
theme_matches < findings recommendations themes
theme_samples
themes
topics
website < release
"""


def test_asset_graph(specs):
    dependencies = {
        name: sorted(dep.asset_key.to_user_string() for dep in spec.deps) for name, spec in specs.items()
    }
    assert dependencies.pop("inspections_database") == sorted(TABLES)
    lines = (" < ".join(filter(None, (name, " ".join(deps)))) for name, deps in sorted(dependencies.items()))
    assert "\n".join(lines) == GRAPH.strip()


REVIEWED = {"corrections", "acknowledged_issues"}
THEMES = {"themes", "theme_samples", "theme_matches"}
#: The assets of the jobs of a day; ``build_dataset`` has all of them up to the database.
JOBS = {
    "crawl_site": TABLES.keys() - REPORT_TABLES - REVIEWED - THEMES | {"pending_reports"},
    "update_reports": {"report_files", *REPORT_TABLES},
    "publish": {*REVIEWED, *THEMES, "inspections_database", "release", "website"},
}


@pytest.mark.parametrize("name", JOBS)
def test_daily_job_assets(name):
    made = defs().resolve_job_def(name).asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in made} == JOBS[name]


def test_daily_jobs_cover_every_asset_once(specs):
    made = [name for job in JOBS.values() for name in job]
    assert sorted(made) == sorted(specs.keys() - {"pending_reports_by_year"})


def test_new_asset_downstream_of_the_database_is_published():
    """An asset made from the database belongs to ``publish`` without being named."""

    @dg.asset(deps=["inspections_database"])
    def downstream() -> None:
        """An asset made from the database."""

    extended = dg.Definitions.merge(build_definitions(), dg.Definitions(assets=[downstream]))
    made = extended.resolve_job_def("publish").asset_layer.executable_asset_keys
    assert dg.AssetKey("downstream") in made


@pytest.mark.parametrize(
    ("name", "pools"),
    [
        ("publications", {"reports_site"}),
        ("report_files", {"reports_site"}),
        ("report_lines", set()),  # workers share the years
        ("inspections_database", {"warehouse_writer"}),
        ("release", {"warehouse_writer"}),
        ("website", {"warehouse_writer"}),
    ],
)
def test_pools(name, pools):
    assert defs().resolve_asset_graph().get(dg.AssetKey(name)).pools == pools


def test_listing_has_a_freshness_policy(specs):
    policy = specs["publications"].freshness_policy
    assert (policy.warn_window.to_timedelta(), policy.fail_window.to_timedelta()) == (
        timedelta(hours=25),
        timedelta(hours=49),
    )


def test_every_rule_is_an_asset_check():
    checks = {key.name for key in defs().resolve_asset_graph().asset_check_keys}
    sql_check_names = {check.name for check in sql_checks.load_checks()}
    assert len(sql_check_names) > 15
    declared = {key.name for key in (*BLOCKING_CHECKS, *VERIFICATION_CHECKS)}
    assert checks == {*CODES, *declared, *sql_check_names, "rows_kept"}


def test_partitions_end_with_the_current_year():
    keys = YEARS.get_partition_keys()
    assert keys == [str(number) for number in range(FIRST_YEAR, datetime.now(UTC).year + 1)]
    assert (all_years().start, all_years().end) == (keys[0], keys[-1])


def test_clock_and_warehouse_resources(monkeypatch, tmp_path):
    assert Clock(at="2026-09-01T12:00:00").now() == datetime(2026, 9, 1, 12)
    now = Clock().now()
    assert now.tzinfo is None
    assert abs(now - datetime.now(UTC).replace(tzinfo=None)).total_seconds() < 5
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    assert Warehouse().path == tmp_path
    assert Warehouse(folder="elsewhere").archive.as_posix() == "elsewhere/archive"


@pytest.mark.slow
def test_loading_prints_no_warnings():
    loaded = subprocess.run(
        [sys.executable, "-c", "import orchestration.definitions as d; d.defs()"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (loaded.stdout, loaded.stderr) == ("", "")
