"""The running UI through its GraphQL interface: every kind of rerun that a person can start."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from assets.schema.tables import REPORT_TABLES
from tests.support.fake_site import serve
from tests.support.runs import write_small_site
from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
LOCATION = "orchestration.definitions"
REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
#: Seconds after which something that is waited for counts as failed.
TIMEOUT = 1800
YEARLY = ("report_files", *REPORT_TABLES)

INSTANCE = """
telemetry: {enabled: false}
concurrency:
  pools: {default_limit: 1}
  runs: {max_concurrent_runs: 4}
"""

LAUNCH = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId launchedRunIds } ... on PythonError { message } } }"""
RUNS = """query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs { results {
  runId status jobName startTime endTime tags { key value }
  stepStats { stepKey startTime endTime } } } } }"""
STALE = """query { assetNodes { assetKey { path } isPartitioned staleStatus } }"""
STALE_YEARS = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) {
  ... on AssetNode { staleStatusByPartition } } }"""
READ = """query($key: AssetKeyInput!) { assetOrError(assetKey: $key) { ... on Asset {
  assetMaterializations(limit: 40) { partition runId metadataEntries { label
  ... on IntMetadataEntry { intValue } } } } } }"""
RELOAD = """mutation { reloadRepositoryLocation(repositoryLocationName: "orchestration.definitions") {
  __typename } }"""


@dataclass
class UI:
    """The UI, the code that it serves, its warehouse and its site."""

    url: str
    code: Path
    warehouse: Path
    fake_site: object

    def ask(self, query: str, **variables):
        answer = requests.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60
        )
        answer.raise_for_status()
        assert "errors" not in answer.json(), answer.json()["errors"]
        [(_, found)] = answer.json()["data"].items()
        return found

    def launch(self, job: str, *, years=(), config=None, only=None) -> str:
        """Launch a job in one run, as the launchpad does; return its id."""
        selector = REPOSITORY | {"pipelineName": job}
        if only:
            selector["assetSelection"] = [{"path": [name]} for name in only]
            selector["assetCheckSelection"] = []
        tags = [
            {"key": f"dagster/asset_partition_range_{end}", "value": year}
            for end, year in zip(("start", "end"), (years[0], years[-1]) if years else (), strict=False)
        ]
        launched = self.ask(
            LAUNCH,
            params={
                "selector": selector,
                "runConfigData": config or {},
                "executionMetadata": {"tags": tags},
                "mode": "default",
            },
        )
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return launched["run"]["runId"]

    def done(self, *run_ids: str, **filters):
        """Wait until runs have ended; return them."""

        def ended():
            runs = self.ask(RUNS, filter={"runIds": list(run_ids)} if run_ids else filters)["results"]
            if runs and all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in runs):
                return runs
            return None

        return wait_for(ended)

    def backfill(self, years) -> list[dict]:
        """Materialise the yearly assets of some years, as the partitions dialog does; return the runs."""
        launched = self.ask(
            BACKFILL,
            params={
                "assetSelection": [{"path": [name]} for name in YEARLY],
                "partitionNames": list(years),
            },
        )
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        tag = {"key": "dagster/backfill", "value": launched["backfillId"]}
        return self.done(tags=[tag])

    def read(self, run_id: str) -> int:
        """Return how many reports a run read."""
        asset = self.ask(READ, key={"path": ["report_lines"]})
        events = [each for each in asset["assetMaterializations"] if each["runId"] == run_id]
        entries = [entry for event in events for entry in event["metadataEntries"]]
        return next(each["intValue"] for each in entries if each["label"] == "reports_read")

    def stale(self) -> dict[str, list[str]]:
        """Return the stale assets with their statuses; partitioned assets have one status per year."""
        found = {}
        for node in self.ask(STALE):
            [name], statuses = node["assetKey"]["path"], [node["staleStatus"]]
            if node["isPartitioned"]:
                statuses = self.ask(STALE_YEARS, key={"path": [name]})["staleStatusByPartition"]
            found[name] = statuses
        return {name: statuses for name, statuses in found.items() if "STALE" in statuses}


def wait_for(condition):
    """Evaluate a condition until it is true; return its value."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.25)
    raise TimeoutError(f"no result within {TIMEOUT} s")


def processes_of(home: Path) -> list[int]:
    """Return the processes whose environment has this DAGSTER_HOME."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"DAGSTER_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def ui(tmp_path_factory):
    """The UI over a copy of the code, with a warehouse that one run over all years has filled.

    It is started by ``inspections ui`` and ended by SIGTERM, which must end all its processes.
    """
    folder = tmp_path_factory.mktemp("ui")
    for package in ("assets", "orchestration", "sql"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(INSTANCE)
    site = write_small_site(tmp_path_factory.mktemp("site"))
    port = free_port()
    with serve(site) as fake_site, (folder / "log").open("w") as log:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(folder),
            "DAGSTER_HOME": str(home),
            "WAREHOUSE": str(folder / "warehouse"),
            "REPORTS_SITE_URL": fake_site.url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        ui = UI(f"http://127.0.0.1:{port}", folder, folder / "warehouse", fake_site)
        try:
            wait_for(lambda: answers(ui.url, process))
            [run] = ui.done(ui.launch("build_dataset", years=("2009", "2026")))
            assert run["status"] == "SUCCESS", (folder / "log").read_text()[-3000:]
            yield ui
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=TIMEOUT)
            finally:
                process.kill()
        assert process.returncode == 0, (folder / "log").read_text()[-3000:]
        assert processes_of(home) == []


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the UI has ended; its log is next to its code"
    try:
        return requests.get(f"{url}/server_info", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


def test_nothing_is_stale_after_a_build(ui):
    assert ui.stale() == {}


def test_one_year(ui):
    before = len(ui.fake_site.requests)
    [run] = ui.done(ui.launch("update_reports", years=("2022",)))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 0
    assert ui.fake_site.requests[before:] == []
    assert ui.stale() == {}


def test_a_range_of_years_is_one_run(ui):
    [run] = ui.backfill([str(year) for year in range(2019, 2024)])
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert run["status"] == "SUCCESS"
    assert tags["dagster/asset_partition_range_start"] == "2019"
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
    [run] = ui.done(ui.launch("update_reports", years=("2009", "2026")))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 1
    assert ui.stale() == {}
