"""What Dagster is told of the dataset, before anything runs."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from assets.database import sql_checks
from assets.parsing.invariants import CODES
from assets.parsing.report import extractor_version
from assets.partitions import FIRST_YEAR, YEARS, all_years
from assets.resources import Clock, Warehouse
from assets.schema.tables import REPORT_TABLES, TABLES, allowed_values
from orchestration.checks import BLOCKING_CHECKS
from orchestration.definitions import build_definitions, defs

#: Assets that are no table.
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


def test_definitions_hold_together():
    dg.Definitions.validate_loadable(defs())


@pytest.mark.parametrize("name", [*TABLES, *sorted(OTHERS)])
def test_an_asset_says_what_it_is(specs, name):
    spec = specs[name]
    assert len(spec.description) > 20
    assert spec.kinds
    assert spec.owners == ["team:children-services-inspections"]
    assert spec.group_name in {"reference", "listing", "reports", "themes", "release", "website"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_shows_its_columns(specs, name):
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


def test_tables_of_reports_are_partitioned_and_bound_to_the_code_that_reads(specs):
    for name in specs:
        by_year = name in REPORT_TABLES or name in ("report_files", "pending_reports_by_year")
        assert specs[name].partitions_def == (YEARS if by_year else None)
    for name in REPORT_TABLES:
        assert specs[name].code_version == extractor_version()


#: The graph as it shall be: what each asset is made from.
GRAPH = """
authorities
corrections < extraction_issues findings inspectors judgements recommendations report_lines reports sections
extraction_issues < report_lines
findings < report_lines
framework_areas
frameworks
gss_codes
inspectors < report_lines
judgements < report_lines
news < publications
news_by_year < news
official_differences
official_judgements
publications < authorities
recommendations < report_lines
release < inspections_database
report_files < news news_by_year
report_lines < authorities report_files
reports < report_lines
sections < report_lines
statistical_neighbours
successions
theme_matches < findings recommendations themes
theme_samples
themes
website < release
"""


def test_the_way_of_the_data(specs):
    feeds = {
        name: sorted(dep.asset_key.to_user_string() for dep in spec.deps) for name, spec in specs.items()
    }
    assert feeds.pop("inspections_database") == sorted(TABLES)
    lines = (" < ".join(filter(None, (name, " ".join(own)))) for name, own in sorted(feeds.items()))
    assert "\n".join(lines) == GRAPH.strip()


THEMES = {"themes", "theme_samples", "theme_matches"}
#: What the jobs of a day make; ``dataset`` makes all of it.
JOBS = {
    "crawl_site": TABLES.keys() - REPORT_TABLES - {"corrections"} - THEMES | {"pending_reports"},
    "update_reports": {"report_files", *REPORT_TABLES},
    "publish": {"corrections", *THEMES, "inspections_database", "release", "website"},
}


@pytest.mark.parametrize("name", JOBS)
def test_the_jobs_of_a_day(name):
    made = defs().resolve_job_def(name).asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in made} == JOBS[name]


def test_the_jobs_of_a_day_make_everything_once(specs):
    made = [name for job in JOBS.values() for name in job]
    assert sorted(made) == sorted(specs.keys() - {"pending_reports_by_year"})


def test_what_is_made_from_the_database_later_is_published_with_it():
    """An asset that comes after the database falls into the day without being named."""

    @dg.asset(deps=["inspections_database"])
    def later_made() -> None:
        """Something that is made from the database."""

    extended = dg.Definitions.merge(build_definitions(), dg.Definitions(assets=[later_made]))
    made = extended.resolve_job_def("publish").asset_layer.executable_asset_keys
    assert dg.AssetKey("later_made") in made


@pytest.mark.parametrize(
    ("name", "pools"),
    [
        ("publications", {"reports_site"}),
        ("report_files", {"reports_site"}),
        ("report_lines", set()),  # workers take the years between them
        ("inspections_database", {"warehouse_writer"}),
        ("release", {"warehouse_writer"}),
        ("website", {"warehouse_writer"}),
    ],
)
def test_what_asks_the_site_or_writes_what_readers_open_takes_turns(name, pools):
    assert defs().resolve_asset_graph().get(dg.AssetKey(name)).pools == pools


def test_a_listing_that_nobody_looked_at_grows_stale(specs):
    policy = specs["publications"].freshness_policy
    assert (policy.warn_window.to_timedelta(), policy.fail_window.to_timedelta()) == (
        timedelta(hours=25),
        timedelta(hours=49),
    )


def test_every_invariant_is_a_check():
    checks = {key.name for key in defs().resolve_asset_graph().asset_check_keys}
    of_sql = {check.name for check in sql_checks.load_checks()}
    assert len(of_sql) > 15
    assert checks == {*CODES, *(key.name for key in BLOCKING_CHECKS), *of_sql}


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
