"""The running UI through its GraphQL interface: every kind of rerun that a person can start."""

from itertools import pairwise

import pytest

from assets.schema.tables import REPORT_TABLES
from tests.support.dagster_ui import INSTANCE_INFO, RELOAD, serve_ui
from tests.support.fake_site import serve
from tests.support.runs import write_small_site

#: The year of the reports, and those around it: each year of a run has its events for every asset.
YEARS = ("2021", "2023")


@pytest.fixture(scope="module")
def fake_site(tmp_path_factory):
    """The site that the UI reads: two reports, one of them without a file."""
    with serve(write_small_site(tmp_path_factory.mktemp("site"))) as fake_site:
        yield fake_site


@pytest.fixture(scope="module")
def ui(fake_site, tmp_path_factory):
    """The UI, with a warehouse that one run over some years has filled."""
    with serve_ui(tmp_path_factory.mktemp("ui"), fake_site.url) as ui:
        [run] = ui.done(ui.launch("build_dataset", years=YEARS))
        assert run["status"] == "SUCCESS", (ui.code / "log").read_text()[-3000:]
        yield ui


def test_history_is_kept_open(ui):
    """Also in the processes of runs, to which the UI passes its settings."""
    assert "class: OpenEventLog" in ui.ask(INSTANCE_INFO)["info"]


def test_nothing_is_stale_after_a_build(ui):
    assert ui.stale() == {}


def test_one_year(ui, fake_site):
    before = len(fake_site.requests)
    [run] = ui.done(ui.launch("update_reports", years=("2022",)))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 0
    assert fake_site.requests[before:] == []
    assert ui.stale() == {}


def test_a_range_of_years_is_one_run(ui):
    [run] = ui.backfill([str(year) for year in range(2021, 2024)])
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert run["status"] == "SUCCESS"
    assert tags["dagster/asset_partition_range_start"] == "2021"
    assert tags["dagster/asset_partition_range_end"] == "2023"


def test_named_reports(ui):
    config = {"ops": {"report_tables": {"config": {"report_ids": ["59000055"]}}}}
    [run] = ui.done(ui.launch("update_reports", years=("2022",), config=config))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 1


def test_concurrent_runs_do_not_overlap(ui):
    """A run holds the warehouse alone, and its steps hold their pools."""
    runs = ui.done(*(ui.launch("build_dataset", years=("2022",)) for _ in range(2)))
    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    for steps_of_pool in (
        ("publications", "report_files"),
        ("report_tables", "corrections_in_force", "inspections_database"),
    ):
        steps = sorted(
            (step["startTime"], step["endTime"])
            for run in runs
            for step in run["stepStats"]
            if step["stepKey"] in steps_of_pool
        )
        assert len(steps) == 2 * len(steps_of_pool)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(steps))


def test_changed_parser_makes_exactly_the_report_tables_stale(ui):
    source = ui.code / "assets" / "parsing" / "grammar" / "dates.py"
    source.write_text(source.read_text(encoding="utf-8") + "# another line\n", encoding="utf-8")
    ui.ask(RELOAD)
    assert ui.stale().keys() == set(REPORT_TABLES)
    [run] = ui.done(ui.launch("update_reports", years=YEARS))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 1
    assert ui.stale() == {}
