"""The schedule and the sensors over several days: ticks, the runs they request, and a changing site."""

import re
import shutil

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from assets.database.build import content_version
from assets.extraction import corrections
from assets.publications.client import SiteClient, SiteError, UnavailableError
from assets.release import releases
from assets.resources import (
    MAX_UNAVAILABLE_RETRIES,
    RETRY_DELAY_SECONDS,
    SCHEDULE_TAG,
    Warehouse,
    retry_if_unavailable,
)
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.table_assets import TABLE_VERSIONS
from orchestration import sensors
from orchestration.definitions import build_definitions
from tests.support import sample, warehouses
from tests.support.days import VISIT, Days
from tests.support.fake_site import Fault, serve
from tests.support.fake_site.faults import edited, status
from tests.support.instances import memory_instance

GONE, RECENT = "59000056", "50294205"


@pytest.fixture(scope="session")
def first_day(build_once):
    """A site and the warehouse after a first day; read only."""

    def make(folder):
        with memory_instance() as instance:
            run_first_day(Days(folder / "site", folder / "warehouse", instance))

    return build_once("first-day", make)


def run_first_day(days: Days) -> Days:
    days.publish(**{f"r{VISIT}": "2022-12-13", f"r{GONE}": "2021-12-13"})
    assert days.run_day("2026-09-01") == ["crawl_site", "update_reports 2021 2022", "publish"]
    return days


@pytest.mark.slow
def test_first_day_ends_with_a_release_and_a_website(tmp_path):
    with memory_instance() as instance:
        days = run_first_day(Days(tmp_path / "site", tmp_path / "warehouse", instance, not_published=()))
    assert releases.current(days.warehouse)
    assert (days.warehouse / "website" / "index.html").is_file()


@pytest.fixture
def days(first_day, tmp_path):
    """A copy of the first day in a new instance that knows which content the database has."""
    shutil.copytree(first_day, tmp_path / "days")
    with memory_instance() as instance:
        days = Days(tmp_path / "days" / "site", tmp_path / "days" / "warehouse", instance)
        built = dg.AssetMaterialization(
            sensors.DATABASE,
            metadata={TABLE_VERSIONS: parquet_store.content_hashes(days.warehouse, *TABLES)},
            tags={"dagster/data_version": content_version(days.warehouse)},
        )
        instance.report_runless_asset_event(built)
        yield days


@pytest.mark.slow
def test_instance_without_history_publishes_again(days):
    with memory_instance() as instance:
        days.instance = instance
        assert days.run_day("2026-09-01") == ["crawl_site", "publish"]


def test_day_without_changes_is_only_a_crawl(days):
    assert days.reports_in_database() == [VISIT, GONE]
    built = (days.warehouse / "inspections.duckdb").stat().st_mtime_ns
    assert days.run_day("2026-09-02") == ["crawl_site"]
    assert days.skip_message == "Nothing changed: the database is up to date"
    assert not [path for path in days.requested if path.startswith("/v1/file/")]
    assert (days.warehouse / "inspections.duckdb").stat().st_mtime_ns == built


@pytest.mark.slow
def test_only_years_with_pending_reports_are_updated(days):
    days.publish(**{f"r{VISIT}": "2022-12-13", f"r{GONE}": "2021-12-13", f"r{RECENT}": "2026-09-02"})
    assert days.run_day("2026-09-02") == ["crawl_site", "update_reports 2026", "publish"]
    assert days.reports_in_database() == [RECENT, VISIT, GONE]
    assert [path for path in days.requested if path.startswith("/v1/file/")] == [f"/v1/file/{RECENT}"]
    assert days.run_day("2026-09-03") == ["crawl_site"]


@pytest.mark.slow
def test_missing_file_is_pending_when_its_retry_is_due(days):
    assert days.run_day("2026-09-07") == ["crawl_site"]
    assert days.run_day("2026-09-08") == [
        "crawl_site",
        "update_reports 2021",
    ]  # still missing: nothing to publish
    assert f"/v1/file/{GONE}" in days.requested
    assert days.run_day("2026-09-09") == ["crawl_site"]


@pytest.mark.slow
def test_report_that_moves_updates_both_years(days):
    days.publish(**{f"r{VISIT}": "2023-01-03", f"r{GONE}": "2021-12-13"})
    assert days.run_day("2026-09-02") == ["crawl_site", "update_reports 2022 2023", "publish"]
    reports = parquet_store.read(days.warehouse, "reports").to_pylist()
    assert [row["publication_year"] for row in reports if row["report_id"] == VISIT] == [2023]


@pytest.mark.slow
def test_failed_year_blocks_no_other_year_and_is_requested_again(days, monkeypatch, tmp_path):
    """A correction that does not match fails its year; another year has a new report on the same day."""
    days.publish(**{f"r{VISIT}": "2022-12-13", f"r{GONE}": "2021-12-13", f"r{RECENT}": "2023-09-02"})
    file = tmp_path / "corrections.csv"
    header = "table,key,column,printed,corrected,reason,source,date\n"
    monkeypatch.setattr(corrections, "FILE", file)
    file.write_text(f"{header}reports,{VISIT},theme,Nothing of the kind,Other,Misprint,Letter,2026-09-01\n")
    assert days.run_day("2026-09-02") == ["crawl_site", "update_reports 2022 2023 failed", "publish"]
    assert days.reports_in_database() == [RECENT, VISIT, GONE]
    assert days.run_day("2026-09-03") == ["crawl_site", "update_reports 2022 failed"]
    file.write_text(header)
    assert days.run_day("2026-09-04") == ["crawl_site"]


@pytest.mark.slow
def test_pending_reports_make_only_their_year_stale(tmp_path):
    """The instance is that of the first day: it knows when each year was updated."""
    with memory_instance() as instance:
        days = run_first_day(Days(tmp_path / "site", tmp_path / "warehouse", instance))
        assert stale_years(instance) == []
        days.publish(**{f"r{VISIT}": "2022-12-14", f"r{GONE}": "2021-12-13"})
        days.runs = ("crawl_site",)
        assert days.run_day("2026-09-02") == ["crawl_site"]
        assert stale_years(instance) == ["2022"]
        days.runs = ("crawl_site", "update_reports")
        assert days.run_day("2026-09-03") == ["crawl_site", "update_reports 2022"]
        assert stale_years(instance) == []


def stale_years(instance: dg.DagsterInstance) -> list[str]:
    """Return the years whose files are stale, as the UI computes it."""
    graph = build_definitions().resolve_asset_graph()
    resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
    key = dg.AssetKey("report_files")
    return [year for year in ("2021", "2022") if resolver.get_status(key, year) == StaleStatus.STALE]


def test_failed_crawl_starts_nothing(days):
    days.faults["/search*"] = Fault(edited(r'<ul class="results-list.*?</ul>', ""))
    assert days.run_day("2026-09-02") == ["crawl_site failed"]


@pytest.mark.slow
def test_idle_tick_reads_no_file(days):
    """The decision comes from the event log: it is the same without the tables and with an empty database."""
    assert days.run_day("2026-09-02") == ["crawl_site"]
    shutil.rmtree(days.warehouse / "parquet")
    shutil.rmtree(days.warehouse / "archive")
    (days.warehouse / "inspections.duckdb").write_bytes(b"")
    definitions = build_definitions(warehouse=Warehouse(folder=str(days.warehouse)))
    assert days.tick_sensor(definitions) == []
    assert days.skip_message == "Nothing changed: the database is up to date"


@pytest.mark.slow
def test_tables_changed_by_another_instance_are_published_after_the_next_crawl(days):
    parquet_store.write(days.warehouse, "inspectors", TABLES["inspectors"].schema.empty_table(), 2022)
    assert days.run_day("2026-09-02") == ["crawl_site", "publish"]
    assert days.run_day("2026-09-03") == ["crawl_site"]


@pytest.mark.slow
def test_reports_of_another_parser_are_read_again_and_nothing_is_published_before_the_last(days, monkeypatch):
    """With a limit the years follow crawl by crawl."""
    for report_id in (VISIT, GONE):
        warehouses.change_stored(days.warehouse, "reports", (report_id,), extractor_version="0" * 12)
    monkeypatch.setenv("INSPECTIONS_REREAD_LIMIT", "1")
    assert days.run_day("2026-09-02") == ["crawl_site", "update_reports 2022"]
    assert days.skip_message.startswith(
        "Waiting for the next crawl: the reports of 2021 were read by another"
    )
    assert days.run_day("2026-09-03") == ["crawl_site", "update_reports 2021"]
    assert days.skip_message == "Nothing changed: the database is up to date"
    assert days.run_day("2026-09-04") == ["crawl_site"]


@pytest.mark.slow
def test_each_year_has_its_own_data_version(days):
    tags = days.instance.event_log_storage.get_latest_tags_by_partition
    days.publish(**{f"r{VISIT}": "2023-01-03", f"r{GONE}": "2021-12-13"})
    assert days.run_day("2026-09-02") == ["crawl_site", "update_reports 2022 2023", "publish"]
    key, materialized = dg.AssetKey("findings"), dg.DagsterEventType.ASSET_MATERIALIZATION
    versions = {
        year: found["dagster/data_version"]
        for year, found in tags(key, materialized, ["dagster/data_version"]).items()
    }
    assert versions == {
        year: parquet_store.year_hash(days.warehouse, "findings", int(year)) for year in ("2022", "2023")
    }
    assert len(set(versions.values())) == 2


@pytest.mark.slow
def test_runs_of_other_projects_do_not_delay_a_run(days):
    @dg.op
    def other_op() -> None:
        """An op of another project."""

    @dg.job
    def other_job() -> None:
        """A job of another project."""
        other_op()

    days.instance.create_run_for_job(other_job, status=dg.DagsterRunStatus.STARTED)
    assert days.run_day("2026-09-02") == ["crawl_site"]
    assert days.skip_message == "Nothing changed: the database is up to date"


def test_nothing_starts_while_a_run_is_active(days):
    days.instance.create_run_for_job(
        build_definitions().resolve_job_def("crawl_site"), status=dg.DagsterRunStatus.STARTED
    )
    definitions = build_definitions(warehouse=Warehouse(folder=str(days.warehouse)))
    assert days.tick_sensor(definitions) == []
    assert re.fullmatch(r"Waiting for run \S+ of crawl_site to end", days.skip_message)


def test_empty_warehouse_waits_for_its_first_crawl(tmp_path):
    with memory_instance() as instance:
        days = Days(tmp_path, tmp_path, instance)
        assert days.tick_sensor(build_definitions(warehouse=Warehouse(folder=str(tmp_path)))) == []
    assert days.skip_message.startswith("There are no reports yet")


def test_contiguous_ranges():
    assert list(sensors.contiguous_ranges([2022, 2009, 2011, 2010, 2026])) == [
        (2009, 2011),
        (2022, 2022),
        (2026, 2026),
    ]
    assert list(sensors.contiguous_ranges([2009, 2010, 2011, 2013], 2)) == [
        (2009, 2010),
        (2011, 2011),
        (2013, 2013),
    ]
    assert list(sensors.contiguous_ranges([])) == []


def test_schedule_and_sensors_are_on_only_if_automatic():
    on, off = build_definitions(automatic=True), build_definitions()
    schedule = on.resolve_schedule_def("daily_crawl")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 5 * * *", "Europe/London")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert off.resolve_schedule_def("daily_crawl").default_status == dg.DefaultScheduleStatus.STOPPED
    for name in ("refresh_sensor", "alert_sensor"):
        assert on.resolve_sensor_def(name).default_status == dg.DefaultSensorStatus.RUNNING
        assert off.resolve_sensor_def(name).default_status == dg.DefaultSensorStatus.STOPPED


@pytest.mark.parametrize(("tags", "again"), [({SCHEDULE_TAG: "daily_crawl"}, True), ({}, False)])
def test_scheduled_run_retries_later_if_the_site_is_unavailable(tags, again, quick):
    with (
        serve(sample.FOLDER, {"*": Fault(status(503))}) as fake_site,
        SiteClient(fake_site.url, quick) as site,
        pytest.raises(dg.RetryRequested if again else UnavailableError) as raised,
        retry_if_unavailable(tags),
    ):
        site.page("https://reports.ofsted.gov.uk/search")
    if again:
        assert (raised.value.max_retries, raised.value.seconds_to_wait) == (
            MAX_UNAVAILABLE_RETRIES,
            RETRY_DELAY_SECONDS,
        )


@pytest.mark.parametrize("number", [403, 404])
def test_permanent_errors_are_not_retried(number, quick):
    tags = {SCHEDULE_TAG: "daily_crawl"}
    with (
        serve(sample.FOLDER, {"*": Fault(status(number))}) as fake_site,
        SiteClient(fake_site.url, quick) as site,
        pytest.raises(SiteError),
        retry_if_unavailable(tags),
    ):
        site.page("https://reports.ofsted.gov.uk/search")
