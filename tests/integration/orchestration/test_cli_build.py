"""The command line as a person meets it: quiet when all is well, one sentence when not."""

import re

import dagster as dg
import duckdb
import pytest

from assets.storage import parquet_store
from orchestration import cli
from tests.integration.orchestration.conftest import LAST_GOOD
from tests.support.fake_site import Fault, serve
from tests.support.fake_site.faults import edited, status
from tests.support.rows import rows


@pytest.fixture
def said(monkeypatch, capfd, small_site, tmp_path):
    """Run the command line here, in an environment with these changes; return what it said on stderr.

    Over one year, since Dagster plans every year before a run stumbles over anything.
    """
    monkeypatch.setattr(cli, "all_years", lambda: dg.PartitionKeyRange("2022", "2022"))
    (tmp_path / "inspections.duckdb").write_bytes(LAST_GOOD)

    def run(faults=None, **environment):
        with serve(small_site, faults) as replica:
            given = {"WAREHOUSE": str(tmp_path), "REPORTS_SITE_URL": replica.url, "DAGSTER_HOME": ""}
            for name, value in (given | environment).items():
                monkeypatch.setenv(name, value)
            code = cli.main()
        stdout, stderr = capfd.readouterr()
        assert (code, stdout) == (1, "")
        assert (tmp_path / "inspections.duckdb").read_bytes() == LAST_GOOD
        assert not list(tmp_path.glob(".new-*"))
        return stderr

    return run


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"REPORTS_SITE_URL": "reports.ofsted.gov.uk"},
            r"REPORTS_SITE_URL='reports\.ofsted\.gov\.uk' cannot be used: String should match pattern .*",
        ),
        (
            {"REPORTS_SITE_URL": "http://127.0.0.1/reports"},
            r"REPORTS_SITE_URL='http://127.0.0.1/reports' cannot .*",
        ),
        ({"REPORTS_SITE_CONTACT": "me (at home)"}, r"REPORTS_SITE_CONTACT='me \(at home\)' cannot .*"),
        ({"REPORTS_SITE_INTERVAL": "soon"}, r"REPORTS_SITE_INTERVAL='soon' cannot be used: .*number.*"),
        ({"REPORTS_SITE_INTERVAL": "-1"}, r"REPORTS_SITE_INTERVAL='-1' cannot be used: .*greater.*"),
        ({"DAGSTER_HOME": "/nowhere/at/all"}, r"\$DAGSTER_HOME \"/nowhere/at/all\" is not a directory.*"),
    ],
)
def test_an_environment_that_cannot_be_used(said, environment, sentence):
    assert re.fullmatch(f"The dataset was not built: {sentence}\n", said(**environment))


def test_a_search_without_results(said):
    stderr = said({"/search*": Fault(edited(r'<ul class="results-list.*?</ul>', ""))})
    assert re.fullmatch(
        r"The dataset was not built: https://reports\.ofsted\.gov\.uk/search\?\S+ has changed:"
        r" it has no li\.search-result although it counts 1\n",
        stderr,
    )


def test_a_site_that_forbids_more(said):
    stderr = said({"/provider/*": Fault(status(403))})
    assert re.fullmatch(
        r"The dataset was not built: http://127\.0\.0\.1:\d+/provider/44/80450 answered 403 FORBIDDEN:"
        r" the site refuses access, so the run stops\n",
        stderr,
    )


def test_a_warehouse_that_cannot_be_written(said, tmp_path):
    (tmp_path / "parquet").write_text("a file where a folder should be")
    assert re.fullmatch(
        rf"The dataset was not built: cannot write {tmp_path}/parquet/\w+/part-0\.parquet: \w.*\n", said()
    )


def test_rows_that_refer_to_nothing(said, tmp_path):
    """A table of another year that nobody makes again, so that its report is in no other."""
    parquet_store.write(
        tmp_path, "inspectors", rows("inspectors", {"report_id": "1", "publication_year": 2010}), 2010
    )
    assert said().splitlines()[-1] == (
        "The dataset was not built: references_resolve: inspectors.report_id: '1' is not in reports"
        " (first at report_id 1, ordinal 1; rows: 1)"
    )


def test_a_broken_reference_file(commands):
    assert commands.outcome("broken") == (
        1,
        "",
        (
            "The dataset was not built: authorities.csv, line 5, column urn:"
            " 'eighty thousand' is not a whole number\n"
        ),
    )


def test_a_good_build(commands):
    """It says where the dataset is and what to look at, and no more; its run can be seen in the UI."""
    code, stdout, stderr = commands.outcome("good")
    database = commands.warehouses / "good" / "inspections.duckdb"
    assert (code, stdout) == (0, f"{database} is ready.\n")
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/v1/file/59000056 answered with the page 'Report not found'\n", stderr
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.sql("SELECT report_id, status FROM reports ORDER BY 1").fetchall()
    assert found == [("59000055", "complete"), ("59000056", "missing")]
    with dg.DagsterInstance.from_config(str(commands.home)) as instance:
        [run] = instance.get_runs()
        assert (run.status, run.job_name) == (dg.DagsterRunStatus.SUCCESS, "build_dataset")
        assert instance.get_latest_materialization_event(dg.AssetKey("inspections_database"))
