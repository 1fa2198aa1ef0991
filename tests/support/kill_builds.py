"""Kill builds at random moments: ``make test-kill [KILLS=50] [SEED=1]``.

A round starts with a warehouse that holds the dataset of one day. The site then lists more, and the build of
the next day is killed (SIGKILL) at random moments, and finally runs to its end. A reader in another process
opens the database and every Parquet file all the time. What it sees, and what exists in the end, must be the
dataset of the first day or of the second. ``test_kill_builds.py`` kills builds at named points instead, which
does not depend on timing.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import dagster as dg
import duckdb
import pyarrow.parquet as pq

from tests.support import sample
from tests.support.fake_site import folders

ROOT = Path(__file__).parents[2]
DATABASE = "inspections.duckdb"
KILLS_PER_ROUND = 10
#: The command of a build, after ``python -m``.
BUILD = ("orchestration.cli", "build")
#: Seconds after which a process that is waited for counts as hung.
TIMEOUT = 600.0
DAY = 86_400
FIRST_DAY = 1_700_000_000  # seconds since 1970
#: What the site lists on the first day, and in addition on the second: years that stay, change, and are new.
REPORTS = ("59000208", "59000031", "59000055"), ("59000107", "50206436")

Process = subprocess.Popen[str]


def write_site(folder: Path, day: int) -> Path:
    """Write what the site lists on a day (0 or 1); the file of one report no longer exists."""
    listed = [report_id for reports in REPORTS[: day + 1] for report_id in reports]
    with (sample.FOLDER / "publications.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file_id"] in listed]
    for row in rows:
        (folder / row["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample.FOLDER / row["path"], folder / row["path"])
    return folders.write(folder, [*rows, rows[0] | {"file_id": "59999999", "path": ""}])


def contents(warehouse: Path) -> dict[str, str]:
    """Return a hash of every file that readers may open, by its path in the warehouse.

    The hash of the database is that of its rows. Raises the error that a reader would get.
    """
    hashes = {}
    if (warehouse / DATABASE).exists():
        with duckdb.connect(warehouse / DATABASE, read_only=True) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
            rows = [
                (name, connection.execute(f'SELECT count(*), sum(hash(t)) FROM "{name}" AS t').fetchall())
                for (name,) in tables
            ]
        hashes[DATABASE] = hashlib.sha256(repr(rows).encode()).hexdigest()
    # As a reader finds them: DuckDB's glob includes hidden folders.
    for (name,) in duckdb.execute(
        "SELECT file FROM glob(?)", [f"{warehouse}/parquet/**/*.parquet"]
    ).fetchall():
        data = Path(name).read_bytes()
        pq.read_table(io.BytesIO(data)).validate(full=True)
        hashes[str(Path(name).relative_to(warehouse))] = hashlib.sha256(data).hexdigest()
    return hashes


def assert_known(hashes: Iterable[tuple[str, str]], datasets: Iterable[Mapping[str, str]]) -> None:
    """Raise AssertionError if a file, given by path and hash, is in none of the datasets."""
    known = {(name, digest) for dataset in datasets for name, digest in dataset.items()}
    assert set(hashes) <= known, set(hashes) - known


def watch(warehouse: Path) -> None:
    """Read a warehouse until stdin is closed, at least once; print what was seen, and how often.

    A pause after each look, four times as long, leaves the processor to the builds.
    """
    seen: dict[str, set[str]] = {}
    looks, errors = 0, []
    pause = 0.0
    print("reading", flush=True)
    while not looks or not select.select([sys.stdin], [], [], pause)[0]:
        start = time.monotonic()
        try:
            for name, digest in contents(warehouse).items():
                seen.setdefault(name, set()).add(digest)
        except Exception as error:  # noqa: BLE001 (any error of a reader is a result)
            errors.append(f"{type(error).__name__}: {error}")
        looks += 1
        pause = 4 * (time.monotonic() - start)
    print(json.dumps({"looks": looks, "errors": errors, "seen": {k: sorted(v) for k, v in seen.items()}}))


@dataclass
class Reader:
    """What a reading process saw, available after it has ended."""

    looks: int = 0
    errors: list[str] = field(default_factory=list)
    seen: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def assert_saw_only(self, datasets: Iterable[Mapping[str, str]]) -> None:
        """Raise AssertionError if the reader met an error, or saw a file of none of the datasets."""
        assert self.looks
        assert not self.errors, self.errors
        assert_known(((name, digest) for name, digests in self.seen.items() for digest in digests), datasets)


@contextmanager
def reading(warehouse: Path) -> Iterator[Reader]:
    """Read a warehouse in another process while the context lasts."""
    reader = Reader()
    command = [sys.executable, "-m", "tests.support.kill_builds", "--watch", str(warehouse)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield reader
        finally:
            out, _ = process.communicate(timeout=TIMEOUT)
            vars(reader).update(json.loads(out))


@dataclass
class Machine:
    """Where builds run: a warehouse and Dagster's home."""

    warehouse: Path
    home: Path

    def start(self, site: Path, day: int, command: Sequence[str] = BUILD, **environment: str) -> Process:
        """Start a build, or another command, as the leader of a session, whose processes can be found."""
        settings = {
            "DAGSTER_HOME": str(self.home),
            "PYTHONWARNINGS": "ignore",
            "SOURCE_DATE_EPOCH": str(FIRST_DAY + day * DAY),
            "WAREHOUSE": str(self.warehouse),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "REPORTS_SITE_URL"}
        self.home.parent.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", *command, *(["--site", str(site)] if command[-1] == "build" else [])],
            cwd=ROOT,
            env=inherited | settings | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(self, site: Path, day: int, at_once: int = 1) -> None:
        """Build to the end, in this number of processes at once."""
        for process in [self.start(site, day) for _ in range(at_once)]:
            output, _ = process.communicate(timeout=TIMEOUT)
            assert process.returncode == 0, output

    def unfinished(self) -> list[dg.DagsterRun]:
        """Return the runs that Dagster shows as unfinished."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return [run for run in instance.get_runs() if not run.is_finished]


def members(session: int) -> dict[int, str]:
    """Return the living processes of a session with their command lines."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, own = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(own) == session and state not in "ZX":
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def wait_until_empty(session: int) -> None:
    """Wait until no process of a session is left; what was not killed must end by itself."""
    deadline = time.monotonic() + TIMEOUT
    while remaining := members(session):
        assert time.monotonic() < deadline, f"still running: {remaining}"
        time.sleep(0.05)


def kill(process: Process, *, everything: bool) -> bool:
    """Kill a build, with its child processes or alone; return whether it was still running."""
    running = members(process.pid)
    targets = [pid for pid, command in running.items() if everything or "-m orchestration.cli" in command]
    for pid in targets:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_until_empty(process.pid)
    process.communicate(timeout=TIMEOUT)
    return bool(targets)


@dataclass
class Days:
    """The site on two days, and the dataset that an undisturbed build makes of each."""

    folder: Path
    sites: list[Path]
    datasets: list[dict[str, str]]
    build_seconds: float  # of the second day

    @classmethod
    def new(cls, folder: Path) -> "Days":
        """Build both days undisturbed; the first day is built by two processes at once, which a reader
        watches.
        """
        days = cls(folder, [write_site(folder / f"site-{day}", day) for day in (0, 1)], [], 0)
        machine = Machine(folder / "first" / "warehouse", folder / "first" / "home")
        with reading(machine.warehouse) as reader:
            machine.build(days.sites[0], 0, at_once=2)
        days.datasets.append(contents(machine.warehouse))
        reader.assert_saw_only(days.datasets)
        machine = days.copy_of_first_day("second")
        start = time.monotonic()
        machine.build(days.sites[1], 1)
        days.build_seconds = time.monotonic() - start
        days.datasets.append(contents(machine.warehouse))
        return days

    def copy_of_first_day(self, name: str) -> Machine:
        """Return a machine with the dataset of the first day."""
        shutil.copytree(self.folder / "first", self.folder / name)
        return Machine(self.folder / name / "warehouse", self.folder / name / "home")


def assert_complete(machine: Machine, dataset: Mapping[str, str]) -> None:
    """Raise AssertionError unless a machine holds exactly a dataset: no temporary file, no unfinished run."""
    assert contents(machine.warehouse) == dataset
    leftovers = [path for pattern in (".new-*", "*.part") for path in machine.warehouse.rglob(pattern)]
    assert not leftovers, leftovers
    assert not (unfinished := machine.unfinished()), unfinished


def kill_at_random(days: Days, name: str, kills: int, random: Random) -> tuple[int, Reader]:
    """Kill the second day's build this number of times, then build to the end.

    Returns:
        The number of builds that were still running when they were killed, and what a reader saw.

    Raises:
        AssertionError: The reader or the end state shows something else than one of the two datasets.
    """
    machine = days.copy_of_first_day(name)
    killed = 0
    with reading(machine.warehouse) as reader:
        for _ in range(kills):
            process = machine.start(days.sites[1], 1)
            time.sleep(random.uniform(0.2, 1) * days.build_seconds)
            killed += kill(process, everything=random.random() < 0.7)
        machine.build(days.sites[1], 1)
    reader.assert_saw_only(days.datasets)
    assert_complete(machine, days.datasets[1])
    shutil.rmtree(machine.warehouse.parent)
    return killed, reader


def main() -> None:
    """Run the series."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.watch:
        watch(arguments.watch)
        return
    random = Random(arguments.seed)
    killed = looks = rounds = 0
    with tempfile.TemporaryDirectory() as folder:
        days = Days.new(Path(folder))
        print(f"An undisturbed build takes {days.build_seconds:.1f} s; seed {arguments.seed}.", flush=True)
        while killed < arguments.kills:
            rounds += 1
            kills = min(KILLS_PER_ROUND, arguments.kills - killed)
            more, reader = kill_at_random(days, f"round-{rounds}", kills, random)
            killed, looks = killed + more, looks + reader.looks
            print(f"Round {rounds}: {killed} builds killed, {looks} reads.", flush=True)
    print(f"{killed} builds killed in {rounds} rounds: every rerun produced the same dataset.")


if __name__ == "__main__":
    main()
