"""``inspections build``: its progress, its summary, and one sentence for every failure."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import dagster as dg
import duckdb
import pytest

import assets.publications.assets
import assets.reference.assets
from assets import resources
from assets.extraction import worker_pool
from assets.publications.client import CrawlPolicy
from assets.reference.loaders import REFERENCE_TABLES, read_reference_tables
from assets.storage import parquet_store
from orchestration import run_job
from orchestration.commands.build_summary import MAX_LISTED, Snapshot, summarise
from orchestration.commands.options import CommandError, open_site
from tests.integration.extraction.test_worker_pool import AbortingPath
from tests.integration.orchestration.conftest import PREVIOUS_DATABASE
from tests.support import warehouses
from tests.support.fake_site import Fault, serve
from tests.support.fake_site.faults import edited, reset, status
from tests.support.instances import memory_instance
from tests.support.rows import rows

ROOT = Path(__file__).parents[3]


@pytest.fixture
def fail(invoke, small_site, tmp_path):
    """Run a build that fails, with faults of the site and an environment; return what it prints on stderr.

    The previous database must remain as it was.
    """
    (tmp_path / "inspections.duckdb").write_bytes(PREVIOUS_DATABASE)

    def build(faults=None, **environment):
        with serve(small_site, faults) as site:
            settings = {"WAREHOUSE": str(tmp_path), "REPORTS_SITE_URL": site.url}
            result = invoke("build", **(settings | environment))
        assert (result.exit_code, result.stdout) == (1, "")
        assert (tmp_path / "inspections.duckdb").read_bytes() == PREVIOUS_DATABASE
        assert not list(tmp_path.glob(".new-*"))
        return result.stderr

    return build


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
    ],
)
def test_invalid_setting(fail, environment, sentence):
    assert re.fullmatch(f"The dataset was not built: {sentence}\n", fail(**environment))


def test_invalid_dagster_home(fail):
    assert fail(DAGSTER_HOME="/nowhere/at/all") == (
        "DAGSTER_HOME=/nowhere/at/all cannot be created: No such file or directory\n"
    )


@pytest.mark.parametrize("damaged", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
def test_damaged_dagster_home(tmp_path, damaged):
    """One sentence with advice; the advice helps."""
    home = tmp_path / "home"
    (home / damaged).parent.mkdir(parents=True)
    (home / damaged).write_bytes(b"no database" * 1000)
    with pytest.raises(run_job.JobError) as raised:
        run_job.run_job("make_release", home, str(tmp_path / "warehouse"))
    assert str(raised.value) == (
        f"Dagster's history in DAGSTER_HOME={home} cannot be used (file is not a database). It holds no"
        " part of the dataset: free some space, or move the folder away and run this again"
    )


def test_search_without_results(fail):
    stderr = fail({"/search*": Fault(edited(r'<ul class="results-list.*?</ul>', ""))})
    assert re.fullmatch(
        r"The dataset was not built: https://reports\.ofsted\.gov\.uk/search\?\S+ has changed:"
        r" it has no li\.search-result although it counts 1\n",
        stderr,
    )


def test_site_that_forbids_requests(fail):
    stderr = fail({"/provider/*": Fault(status(403))})
    assert re.fullmatch(
        r"Crawling the site: 1 authority\n"
        r"The dataset was not built: http://127\.0\.0\.1:\d+/provider/44/80450 answered 403 FORBIDDEN:"
        r" the site refuses access, so the run stops\. It may block the User-Agent .*\n",
        stderr,
    )


def test_site_that_does_not_answer(fail, monkeypatch):
    monkeypatch.setattr(resources, "CrawlPolicy", partial(CrawlPolicy, backoff=0.001, connect_timeout=1))
    stderr = fail({"*": Fault(reset())})
    assert re.fullmatch(
        r"The dataset was not built: http://127\.0\.0\.1:\d+/robots\.txt cannot be reached: .*\n", stderr
    )


def test_warehouse_that_cannot_be_written(fail, tmp_path):
    (tmp_path / "parquet").write_text("a file where a folder should be")
    assert re.fullmatch(
        rf"The dataset was not built: cannot write {tmp_path}/parquet/\w+/part-0\.parquet: \w.*\n", fail()
    )


@pytest.mark.slow
def test_blocking_check(fail, tmp_path):
    """A row of a year that the run does not build refers to a report that does not exist."""
    parquet_store.write(
        tmp_path, "inspectors", rows("inspectors", {"report_id": "1", "publication_year": 2010}), 2010
    )
    assert fail().splitlines()[-1] == (
        "The dataset was not built: as_declared: inspectors.report_id: '1' is not in reports"
        " (first at report_id 1, ordinal 1; rows: 1)"
    )


def test_invalid_reference_file(fail, monkeypatch, tmp_path):
    source = Path(assets.reference.assets.__file__).parent / "data"
    folder = tmp_path / "reference"
    folder.mkdir()
    for name in REFERENCE_TABLES:
        text = (source / f"{name}.csv").read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        if name == "authorities":
            lines[4] = re.sub(r"^\d+", "eighty thousand", lines[4])
        (folder / f"{name}.csv").write_text("".join(lines), encoding="utf-8")
    for module in (assets.publications.assets, assets.reference.assets):
        monkeypatch.setattr(module, "read_reference_tables", partial(read_reference_tables, folder))
    assert fail() == (
        "The dataset was not built: authorities.csv, line 5, column urn:"
        " 'eighty thousand' is not a whole number\n"
    )


def test_folder_that_is_not_a_site(invoke, tmp_path):
    result = invoke("build", "--site", tmp_path, REPORTS_SITE_URL="")
    assert (result.exit_code, result.stderr) == (
        1,
        f"The site cannot be served: {tmp_path} has no publications.csv\n",
    )


def test_first_build_is_summarised(invoke, small_site, tmp_path):
    first = invoke("build", "--site", small_site, REPORTS_SITE_URL="")
    database = tmp_path / "warehouse" / "inspections.duckdb"
    assert first.exit_code == 0, first.stderr
    assert first.stderr.splitlines() == [
        "Crawling the site: 1 authority",
        "Fetching 2 files",
        "Reading 1 report",
        "Building the database",
    ]
    lines = first.stdout.splitlines()
    assert lines[0].split() == ["reports", "complete", "missing", "total"]
    assert lines[2].split() == ["focused_visit", "1", "1", "2"]
    assert lines[3].split() == ["all", "1", "1", "2"]
    assert re.fullmatch(r"0 judgements, \d+ findings, \d+ recommendations", lines[5])
    assert lines[7:] == [
        "1 file is listed but no longer available.",
        "",
        "First build.",
        "",
        f"Database: {database}",
        "",
        'Next: inspections query "SELECT * FROM latest_judgements"',
        "      inspections website",
    ]


@pytest.mark.slow
def test_summary_of_later_builds(invoke, small_site, tmp_path):
    site = Path(shutil.copytree(small_site, tmp_path / "site"))
    assert invoke("build", "--site", site, REPORTS_SITE_URL="").exit_code == 0
    database = tmp_path / "warehouse" / "inspections.duckdb"
    built = database.stat().st_mtime_ns
    second = invoke("build", "--site", site, REPORTS_SITE_URL="")
    assert second.stderr.splitlines() == ["Crawling the site: 1 authority"]
    assert "Nothing changed since the last build." in second.stdout
    assert database.stat().st_mtime_ns == built
    database.write_bytes(database.read_bytes()[:-1])
    repaired = invoke("build", "--site", site, REPORTS_SITE_URL="")
    assert repaired.stderr.splitlines() == ["Crawling the site: 1 authority", "Building the database"]
    listing = (site / "publications.csv").read_text(encoding="utf-8").replace("2022-12-13", "2022-12-14")
    (site / "publications.csv").write_text(listing, encoding="utf-8")
    third = invoke("build", "--site", site, REPORTS_SITE_URL="")
    assert "Since the last build: 2 changed reports." in third.stdout


@pytest.mark.slow
def test_build_without_changes_is_only_a_crawl(invoke, small_site, monkeypatch):
    """Years are updated only if they have pending reports; a crashed reading is repeated."""
    instance = memory_instance()
    monkeypatch.setattr(run_job, "open_instance", lambda _home: nullcontext(instance))
    runs = []

    def build():
        assert invoke("build", "--site", small_site, REPORTS_SITE_URL="").exit_code == 0
        new = [run.job_name for run in instance.get_runs() if run.run_id not in runs]
        runs.extend(run.run_id for run in instance.get_runs())
        return new

    with monkeypatch.context() as crash:
        crash.setattr(worker_pool, "local_copy", lambda path: nullcontext(AbortingPath(path)))
        assert build() == ["build_database", "update_reports", "crawl_site"]
    assert build() == ["build_database", "update_reports", "crawl_site"]
    assert build() == ["crawl_site"]


def test_summary_lists_unread_reports(released, tmp_path):
    """Reports with errors are listed with their reasons up to a maximum; changes are counted by table."""
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    before = Snapshot.read(warehouse)
    year = 2022
    issues = parquet_store.read(warehouse, "extraction_issues", year).to_pylist()
    listed = parquet_store.read(warehouse, "publications").to_pylist()
    reports = parquet_store.read(warehouse, "reports", year).to_pylist()
    for number in range(MAX_LISTED + 2):
        report_id = f"6000{number:04}"
        listed.append(listed[0] | {"report_id": report_id})
        reports.append(reports[0] | {"report_id": report_id, "status": "unreadable"})
        issue = {"report_id": report_id, "code": "unreadable", "severity": "error", "publication_year": year}
        issues.append(rows("extraction_issues", issue | {"detail": "It is encrypted"}).to_pylist()[0])
    warehouses.put(warehouse, "publications", listed)
    warehouses.put(warehouse, "reports", reports, year)
    warehouses.put(warehouse, "extraction_issues", issues, year)
    warehouses.change_stored(
        warehouse, "reports", ("2755760",), counts=False, not_counted_reason="It is another authority's"
    )
    warehouses.change(warehouse, "judgements", ("50294205", "leadership"), grade="good", grade_rank=2)
    lines = summarise(warehouse, before).splitlines()
    uncounted = lines.index("Read, but not counted in any view:")
    assert re.fullmatch(r"  2755760 .+, 20\d\d: It is another authority's", lines[uncounted + 1])
    start = lines.index("Not completely read:")
    assert re.fullmatch(r"  60000000 .+, 2022 \(unreadable\): It is encrypted", lines[start + 1])
    assert lines[start + 1 + MAX_LISTED] == "  and 2 more: see the table extraction_issues"
    assert (
        f"Since the last build: {MAX_LISTED + 2} new reports, 1 changed report, 1 changed judgement." in lines
    )


@pytest.mark.slow
def test_command_in_its_own_process(small_site, tmp_path):
    """The installed command creates Dagster's home, and its run can be seen in the UI afterwards."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "build", "--site", str(small_site)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        0,
        "Crawling the site: 1 authority\nFetching 2 files\nReading 1 report\nBuilding the database\n",
    )
    with duckdb.connect(tmp_path / "warehouse" / "inspections.duckdb", read_only=True) as connection:
        found = connection.sql("SELECT report_id, status FROM reports ORDER BY 1").fetchall()
    assert found == [("59000055", "complete"), ("59000056", "missing")]
    home = tmp_path / ".dagster"
    assert (home / "dagster.yaml").read_bytes() == (
        ROOT / "orchestration" / "deploy" / "dagster.local.yaml"
    ).read_bytes()
    with dg.DagsterInstance.from_config(str(home)) as instance:
        runs = instance.get_runs()
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        assert [run.job_name for run in runs] == ["build_database", "update_reports", "crawl_site"]
        assert instance.get_latest_materialization_event(dg.AssetKey("inspections_database"))


def test_sample_is_found_in_the_checkout(monkeypatch, tmp_path):
    monkeypatch.delenv("REPORTS_SITE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    with open_site("sample") as url:
        assert url.startswith("http://127.0.0.1:")
    monkeypatch.setattr("orchestration.commands.options.ROOT", tmp_path)
    with pytest.raises(CommandError, match="There is no sample"), open_site("sample"):
        pass
    with open_site("live") as url:
        assert url == "https://reports.ofsted.gov.uk"
    monkeypatch.setenv("REPORTS_SITE_URL", "http://127.0.0.1:1")
    with open_site("live") as url:
        assert url == ""
