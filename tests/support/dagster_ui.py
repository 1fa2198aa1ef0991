"""The running Dagster UI over a copy of the code: started, ended, and asked through GraphQL."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

from assets.schema.tables import REPORT_TABLES
from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
Value = TypeVar("Value")
LOCATION = "orchestration.definitions"
REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
#: Seconds after which something that is waited for counts as failed.
TIMEOUT = 1800
#: The assets with a partition per year.
YEARLY = ("report_files", *REPORT_TABLES)

INSTANCE = """
telemetry: {enabled: false}
nux: {enabled: false}
concurrency:
  pools: {default_limit: 1}
  runs: {max_concurrent_runs: 4}
"""

LAUNCH = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId launchedRunIds } ... on PythonError { message } } }"""
#: Cheap for the UI, which reads the events of a run for its steps, and is asked until the runs have ended.
STATUSES = (
    """query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs { results { status } } } }"""
)
RUNS = """query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs { results {
  runId status jobName startTime endTime tags { key value }
  stepStats { stepKey startTime endTime } } } } }"""
STALE = """query { assetNodes { assetKey { path } isPartitioned staleStatus } }"""
#: For all assets at once, so that the UI reads the events that they share once.
STALE_YEARS = """query($keys: [AssetKeyInput!]) { assetNodes(assetKeys: $keys) {
  assetKey { path } staleStatusByPartition } }"""
INSTANCE_INFO = """query { instance { info } }"""
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

    def ask(self, query: str, **variables: object) -> Any:
        """Send a query; return the value of its only field."""
        answer = requests.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60
        )
        answer.raise_for_status()
        assert "errors" not in answer.json(), answer.json()["errors"]
        [(_, found)] = answer.json()["data"].items()
        return found

    def launch(
        self,
        job: str,
        *,
        years: Sequence[str] = (),
        config: Mapping[str, object] | None = None,
        only: Sequence[str] = (),
    ) -> str:
        """Launch a job in one run, as the launchpad does; return its id."""
        selector: dict[str, object] = REPOSITORY | {"pipelineName": job}
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
        return str(launched["run"]["runId"])

    def done(self, *run_ids: str, **filters: object) -> list[dict[str, Any]]:
        """Wait until runs have ended; return them."""

        selected = {"runIds": list(run_ids)} if run_ids else filters

        def ended() -> bool:
            statuses = [run["status"] for run in self.ask(STATUSES, filter=selected)["results"]]
            return bool(statuses) and set(statuses) <= {"SUCCESS", "FAILURE", "CANCELED"}

        wait_for(ended)
        runs: list[dict[str, Any]] = self.ask(RUNS, filter=selected)["results"]
        return runs

    def backfill(self, years: Sequence[str]) -> list[dict[str, Any]]:
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
        return next(int(each["intValue"]) for each in entries if each["label"] == "reports_read")

    def stale(self) -> dict[str, list[str]]:
        """Return the stale assets with their statuses; partitioned assets have one status per year."""
        nodes = self.ask(STALE)
        yearly = [{"path": node["assetKey"]["path"]} for node in nodes if node["isPartitioned"]]
        found = {node["assetKey"]["path"][0]: [node["staleStatus"]] for node in nodes}
        found |= {
            node["assetKey"]["path"][0]: node["staleStatusByPartition"]
            for node in self.ask(STALE_YEARS, keys=yearly)
        }
        return {name: statuses for name, statuses in found.items() if "STALE" in statuses}


def wait_for(condition: Callable[[], Value | None]) -> Value:
    """Evaluate a condition until it is true; return its value."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.25)
    raise TimeoutError(f"no result within {TIMEOUT} s")


def _processes_of(home: Path) -> list[int]:
    """Return the processes whose environment has this DAGSTER_HOME."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"DAGSTER_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@contextmanager
def serve_ui(folder: Path, site_url: str) -> Iterator[UI]:
    """Run the UI over a copy of the code, with an empty warehouse, while the context lasts.

    It is started by ``inspections ui`` and ended by SIGTERM, which must end all its processes.
    """
    for package in ("assets", "orchestration", "sql"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(INSTANCE)
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "DAGSTER_HOME": str(home),
        "WAREHOUSE": str(folder / "warehouse"),
        "REPORTS_SITE_URL": site_url,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        ui = UI(f"http://127.0.0.1:{port}", folder, folder / "warehouse")
        try:
            wait_for(lambda: _answers(ui.url, process))
            yield ui
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=TIMEOUT)
            finally:
                process.kill()
    assert process.returncode == 0, (folder / "log").read_text()[-3000:]
    assert _processes_of(home) == []


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the UI has ended; its log is next to its code"
    try:
        return requests.get(f"{url}/server_info", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False
