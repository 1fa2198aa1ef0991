"""Two workers that share an object store, a database and a queue, and nothing else: one of them dies."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
import requests
from celery import Celery
from dagster._core.execution.backfill import BulkActionStatus

from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.storage.filesystem import resolve_path
from orchestration import definitions
from tests.integration.orchestration.test_build_dataset import folder, run, running  # noqa: F401 (a fixture)
from tests.support import object_store, servers

ROOT = Path(__file__).parents[2]
DEPLOYED = ROOT / "orchestration" / "deploy" / "dagster.cluster.yaml"
PATIENCE = 300.0  # seconds, for anything that is waited for

#: The years in which the site published something, each to be a run of its own, and one without news.
RANGES = [{"start": year, "end": year} for year in ("2012", "2022", "2025", "2026")]
WHY = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
TIMES = {"first_seen", "last_seen", "changed_at", "retrieved_at"}

LAUNCH = """
mutation ($what: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $what) {
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""

pytestmark = pytest.mark.skipif(
    not (os.environ.get("CLUSTER") and servers.postgres_tools() and shutil.which("redis-server")),
    reason="takes minutes, asked for with CLUSTER=1; needs Debian's packages postgresql and redis-server",
)


class Cluster:
    """The processes of a cluster, and what a test asks of it."""

    def __init__(self, home: Path, running: ExitStack) -> None:
        self.home, self.running = home, running
        self.celery = Celery(broker=os.environ["CELERY_BROKER_URL"])

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a program of this environment, with its log in a file of its own; it ends with the test."""
        log = self.running.enter_context((self.home / f"{name}.log").open("wb"))
        program = [Path(sys.executable).with_name(command[0]), *command[1:]]
        process = subprocess.Popen(program, cwd=ROOT, stdout=log, stderr=log, process_group=0)
        self.running.callback(kill, process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        options = (
            "--pool",
            "threads",
            "--concurrency",
            "1",
            "--hostname",
            f"{name}@cluster",
            "--without-gossip",
        )
        return self.start(name, "celery", "--app", "orchestration.deploy.worker", "worker", *options)

    def busy(self) -> set[str]:
        """Return the names of the workers that have a run in hand."""
        held = self.celery.control.inspect(timeout=2).active() or {}
        return {name.partition("@")[0] for name, tasks in held.items() if tasks}


def kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def wait_for(what):
    """Ask until the answer is yes; whatever it takes, it must come."""
    until = time.monotonic() + PATIENCE
    while not (answer := what()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)
    return answer


@pytest.fixture
def cluster(tmp_path):
    """All that a cluster shares, a daemon, and two workers."""
    home = tmp_path / "home"
    home.mkdir()
    # As deployed, but looked after every second: a test should not take minutes.
    settings = DEPLOYED.read_text(encoding="utf-8")
    quicker = settings.replace("poll_interval_seconds: 30", "poll_interval_seconds: 1")
    assert quicker != settings
    (home / "dagster.yaml").write_text(quicker, encoding="utf-8")
    with ExitStack() as running, pytest.MonkeyPatch.context() as environment:
        running.enter_context(object_store.serving())
        shared = running.enter_context(servers.postgres()) | running.enter_context(
            servers.redis(tmp_path / "redis")
        )
        for name, value in {**shared, "DAGSTER_HOME": str(home), "YEARS_PER_RUN": "1"}.items():
            environment.setenv(name, value)
        yield Cluster(home, running)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/server_info", timeout=5).ok
    except requests.ConnectionError:
        return False


def launch_all(address: str) -> str:
    """Launch every asset over some years, as a click in the UI does; return the backfill's id."""
    graph = definitions.build().resolve_asset_graph()
    chosen = [
        {"assetKey": {"path": list(key.path)}}
        | ({"partitions": {"ranges": RANGES}} if graph.get(key).is_partitioned else {})
        for key in graph.materializable_asset_keys
    ]
    question = {"query": LAUNCH, "variables": {"what": {"partitionsByAssets": chosen}}}
    answer = requests.post(f"{address}/graphql", json=question, timeout=60).json()
    return answer["data"]["launchPartitionBackfill"]["backfillId"]


def rows(warehouse):
    """Return the rows of every table, but for the times at which something was seen or fetched."""
    return {
        name: parquet_store.read(warehouse, name)
        .drop_columns([each for each in TIMES if each in declared.schema.names])
        .to_pylist()
        for name, declared in TABLES.items()
    }


def test_two_workers_share_the_years_and_one_takes_over_from_the_other(cluster, folder, tmp_path):  # noqa: F811
    remote, alone = resolve_path(f"s3://{object_store.BUCKET}/warehouse"), tmp_path / "alone"
    with running(folder, alone):
        run()
    with running(folder, remote), dg.DagsterInstance.get() as instance:
        port = servers.free_port()
        address = f"http://127.0.0.1:{port}"
        cluster.start("webserver", "dagster-webserver", "--port", str(port), "--host", "127.0.0.1")
        cluster.start("daemon", "dagster-daemon", "run")
        workers = {name: cluster.worker(name) for name in ("one", "two")}
        wait_for(lambda: answers(address))
        backfill = launch_all(address)
        wait_for(lambda: cluster.busy() == {"one", "two"})
        kill(workers["one"])
        wait_for(lambda: instance.get_backfill(backfill).status != BulkActionStatus.REQUESTED)
        assert instance.get_backfill(backfill).status == BulkActionStatus.COMPLETED_SUCCESS
        runs = instance.get_runs()
        lost = {
            run.run_id: [
                record.event_log_entry.message
                for record in instance.get_records_for_run(run.run_id, of_type=WHY).records
            ]
            for run in runs
            if run.status == dg.DagsterRunStatus.FAILURE
        }
    assert len(lost) == 1, lost
    assert [each.parent_run_id for each in runs if each.parent_run_id] == list(lost)
    assert rows(remote) == rows(alone)
    same = [f"parquet/{name}" for name in TABLES if not TIMES & set(TABLES[name].schema.names)]
    files = [path.relative_to(alone) for name in same for path in (alone / name).rglob("*.parquet")]
    assert len(files) > len(same)
    for path in files:
        assert (remote / path.as_posix()).read_bytes() == (alone / path).read_bytes(), path
