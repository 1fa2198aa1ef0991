"""Two workers that share only an object store, a database and a queue; one of them is killed."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
import requests
import yaml
from celery import Celery
from dagster._core.execution.backfill import BulkActionStatus
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

from assets.resources import SITE_POOL
from assets.schema.tables import TABLES
from assets.storage import parquet_store
from assets.storage.filesystem import resolve_path
from orchestration import definitions
from tests.support import object_store, servers
from tests.support.fake_site import Fault
from tests.support.fake_site.faults import held
from tests.support.runs import run, serving, site_of

ROOT = Path(__file__).parents[2]
DEPLOYED = ROOT / "orchestration" / "deploy" / "dagster.cluster.yaml"
SERVICES = yaml.safe_load((DEPLOYED.parent / "compose.yaml").read_text(encoding="utf-8"))["services"]
#: Seconds after which something that is waited for counts as failed.
TIMEOUT = 1800.0
WORKERS = 2

#: The reports of the site, and their years, each one run.
REPORTS = ("59000055", "50294205")
RANGES = [{"start": year, "end": year} for year in ("2022", "2026")]
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
    not (servers.postgres_tools() and shutil.which("redis-server")),
    reason="needs Debian's packages postgresql and redis-server",
)


class Cluster:
    """The processes of a cluster."""

    def __init__(self, home: Path, running: ExitStack) -> None:
        self.home, self.running = home, running
        self.celery = Celery(broker=os.environ["CELERY_BROKER_URL"])

    def start(self, service: str, name: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a service as ``compose.yaml`` does, with a log file of its own; it is killed at the end.

        Like a container, the process starts outside the checkout.
        """
        log = self.running.enter_context((self.home / f"{name}.log").open("wb"))
        program, *arguments = SERVICES[service]["command"].split()
        process = subprocess.Popen(
            [Path(sys.executable).with_name(program), *arguments, *options],
            cwd=self.home,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
            process_group=0,
        )
        self.running.callback(kill, process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        return self.start("worker", name, "--hostname", f"{name}@cluster", "--without-gossip")

    def executing(self) -> dict[str, str]:
        """Return the name of the worker that executes each task, by the task's id."""
        # Workers answer within the time-out; with as many answers as workers the call returns at once.
        active = self.celery.control.inspect(timeout=20, limit=WORKERS).active() or {}
        return {task["id"]: name.partition("@")[0] for name, tasks in active.items() for task in tasks}


def kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def wait_for(condition):
    """Evaluate a condition until it is true; return its value."""
    until = time.monotonic() + TIMEOUT
    while not (result := condition()):
        assert time.monotonic() < until, "timed out"
        time.sleep(1)
    return result


@pytest.fixture
def cluster(tmp_path):
    """The services that a cluster shares."""
    home = tmp_path / "home"
    home.mkdir()
    # As deployed, but monitored every second, so that the test does not take minutes.
    settings = DEPLOYED.read_text(encoding="utf-8")
    for name, seconds in (("poll_interval_seconds", 30), ("free_slots_after_run_end_seconds", 60)):
        assert f"{name}: {seconds}" in settings
        settings = settings.replace(f"{name}: {seconds}", f"{name}: 1")
    (home / "dagster.yaml").write_text(settings, encoding="utf-8")
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
    except (requests.ConnectionError, requests.Timeout):
        return False


def launch_backfill(address: str) -> str:
    """Launch a backfill of the assets up to the database over some years, as the UI does; return its id."""
    graph = definitions.build_definitions().resolve_asset_graph()
    chosen = [
        {"assetKey": {"path": list(key.path)}}
        | ({"partitions": {"ranges": RANGES}} if graph.get(key).is_partitioned else {})
        for key in graph.materializable_asset_keys - {dg.AssetKey("release"), dg.AssetKey("website")}
    ]
    question = {"query": LAUNCH, "variables": {"what": {"partitionsByAssets": chosen}}}
    answer = requests.post(f"{address}/graphql", json=question, timeout=60).json()
    return answer["data"]["launchPartitionBackfill"]["backfillId"]


def rows(warehouse):
    """Return the rows of every table without the times of crawls and fetches."""
    return {
        name: parquet_store.read(warehouse, name)
        .drop_columns([each for each in TIMES if each in declared.schema.names])
        .to_pylist()
        for name, declared in TABLES.items()
    }


def test_worker_takes_over_the_run_of_a_killed_worker(cluster, tmp_path):
    folder = site_of(tmp_path / "site", *REPORTS)
    remote, alone = resolve_path(f"s3://{object_store.BUCKET}/warehouse"), tmp_path / "alone"
    with serving(folder, alone):
        run(since="2022")
    released = threading.Event()
    with serving(folder, remote) as site, dg.DagsterInstance.get() as instance:
        # Both workers stay busy until one is killed: one waits for a file, the other for its turn at the
        # site.
        site.faults["/v1/file/*"] = Fault(held(released))
        port = servers.free_port()
        address = f"http://127.0.0.1:{port}"
        cluster.start("webserver", "webserver", "--host", "127.0.0.1", "--port", str(port))
        cluster.start("daemon", "daemon")
        workers = {name: cluster.worker(name) for name in map(str, range(WORKERS))}
        wait_for(lambda: answers(address))
        backfill = launch_backfill(address)
        wait_for(lambda: len(cluster.executing()) == WORKERS)
        # The worker with the turn at the site is killed: another must get the turn.
        [holder] = wait_for(lambda: instance.event_log_storage.get_concurrency_info(SITE_POOL).active_run_ids)
        task = instance.get_run_by_id(holder).tags[DAGSTER_CELERY_TASK_ID_TAG]
        kill(workers[wait_for(lambda: cluster.executing().get(task))])
        released.set()
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
