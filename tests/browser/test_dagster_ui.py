"""The running UI, asked by its own interface (GraphQL) for what a person clicks: every kind of rerun."""

import os
import shutil
import signal
import socket
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

ROOT = Path(__file__).parents[2]
LOCATION = "orchestration.definitions"
REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
#: How long a step of the UI may take before the test gives up, in seconds.
PATIENCE = 120
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
    """A webserver and a daemon, the code they serve, and the warehouse they fill."""

    url: str
    code: Path
    warehouse: Path
    replica: object

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

        return until(ended)

    def backfill(self, years) -> list[dict]:
        """Materialise the yearly assets of some years, as the dialog of partitions does; return its runs."""
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
        [entries, *_] = [
            each["metadataEntries"] for each in asset["assetMaterializations"] if each["runId"] == run_id
        ]
        return next(each["intValue"] for each in entries if each["label"] == "reports_read")

    def stale(self) -> dict[str, list[str]]:
        """Return which assets are stale; of those by year, in at least one year that was made."""
        found = {}
        for node in self.ask(STALE):
            [name], statuses = node["assetKey"]["path"], [node["staleStatus"]]
            if node["isPartitioned"]:
                statuses = self.ask(STALE_YEARS, key={"path": [name]})["staleStatusByPartition"]
            found[name] = statuses
        return {name: statuses for name, statuses in found.items() if "STALE" in statuses}


def until(found):
    """Ask again until something is found."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.25)
    raise TimeoutError(f"nothing after {PATIENCE} s")


@pytest.fixture(scope="module")
def ui(small_site, tmp_path_factory):
    """The UI over a copy of the code, with a warehouse that one run over all years has filled."""
    folder = tmp_path_factory.mktemp("ui")
    for package in ("assets", "orchestration", "sql"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "home").mkdir()
    (folder / "home" / "dagster.yaml").write_text(INSTANCE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serve(small_site) as replica, (folder / "log").open("w") as log:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(folder),
            "DAGSTER_HOME": str(folder / "home"),
            "WAREHOUSE": str(folder / "warehouse"),
            "REPORTS_SITE_URL": replica.url,
            "AUTOMATIC": "false",
        }
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)),
                *("-m", LOCATION),
            ],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        served = UI(f"http://127.0.0.1:{port}", folder, folder / "warehouse", replica)
        try:
            until(lambda: answers(served.url, process))
            [run] = served.done(served.launch("build_dataset", years=("2009", "2026")))
            assert run["status"] == "SUCCESS", (folder / "log").read_text()[-3000:]
            yield served
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answers(url: str, process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None, "the UI has ended: its log lies beside its code"
    try:
        return requests.get(f"{url}/server_info", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_nothing_is_stale_after_a_build(ui):
    assert ui.stale() == {}


def test_one_year(ui):
    asked = len(ui.replica.requests)
    [run] = ui.done(ui.launch("update_reports", years=("2022",)))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 0
    assert ui.replica.requests[asked:] == []
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


def test_two_runs_at_once_take_turns_at_the_site_and_at_the_tables(ui):
    """Whatever is launched at once: a run has the warehouse to itself, and its steps their pools."""
    runs = ui.done(*(ui.launch("build_dataset", years=("2022",)) for _ in range(2)))
    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    for pool in (
        ("publications", "report_files"),
        ("report_tables", "corrections_in_force", "inspections_database"),
    ):
        steps = sorted(
            (step["startTime"], step["endTime"])
            for run in runs
            for step in run["stepStats"]
            if step["stepKey"] in pool
        )
        assert len(steps) == 2 * len(pool)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(steps))


def test_a_changed_line_of_the_extractor_makes_exactly_the_tables_of_reports_stale(ui):
    source = ui.code / "assets" / "extraction" / "dates.py"
    source.write_text(source.read_text(encoding="utf-8") + "# another line\n", encoding="utf-8")
    ui.ask(RELOAD)
    assert ui.stale().keys() == set(REPORT_TABLES)
    [run] = ui.done(ui.launch("update_reports", years=("2009", "2026")))
    assert run["status"] == "SUCCESS"
    assert ui.read(run["runId"]) == 1
    assert ui.stale() == {}
