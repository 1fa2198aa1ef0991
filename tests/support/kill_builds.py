"""Kill builds at random, and look at what readers see meanwhile: ``make endure [KILLS=50] [SEED=1]``.

A round begins with a warehouse that holds the dataset of one day. The site then lists more, and the build of
the next day is killed (SIGKILL) at random moments, again and again, and at last left to end. All the while a
reader in a process of its own opens the database and every Parquet file. What it saw, and what is there in
the end, must be the dataset of the first day or of the next, to the byte, and nothing else.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import random
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

import dagster as dg
import duckdb
import pyarrow.parquet as pq

from tests.support import sample
from tests.support.fake_site import folders

ROOT = Path(__file__).parents[2]
DATABASE = "inspections.duckdb"
KILLS_A_ROUND = 10
DAY = 86_400
FIRST_DAY = 1_700_000_000  # seconds since 1970
#: What the site lists on the first day, and what more on the next: years that stay, change, and are new.
REPORTS = ("59000208", "59000031", "59000055"), ("59000107", "50206436")


def site(folder: Path, day: int) -> Path:
    """Write what the site lists on a day (0 or 1); of one report the file is gone."""
    wanted = [report_id for reports in REPORTS[: day + 1] for report_id in reports]
    with (sample.FOLDER / "publications.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file_id"] in wanted]
    for row in rows:
        (folder / row["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample.FOLDER / row["path"], folder / row["path"])
    return folders.write(folder, [*rows, rows[0] | {"file_id": "59999999", "path": ""}])


def contents(warehouse: Path) -> dict[str, str]:
    """Return a fingerprint of every file that readers may open, by its place in the warehouse.

    Raises whatever a reader would meet with.
    """
    found = {}
    if (warehouse / DATABASE).exists():
        with duckdb.connect(warehouse / DATABASE, read_only=True) as connection:
            for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                connection.execute(f'SELECT sum(hash(t)) FROM "{name}" AS t').fetchall()
        found[DATABASE] = hashlib.sha256((warehouse / DATABASE).read_bytes()).hexdigest()
    # As a reader finds them: DuckDB's glob looks into hidden folders.
    for (name,) in duckdb.execute(
        "SELECT file FROM glob(?)", [f"{warehouse}/parquet/**/*.parquet"]
    ).fetchall():
        data = Path(name).read_bytes()
        pq.read_table(io.BytesIO(data)).validate(full=True)
        found[str(Path(name).relative_to(warehouse))] = hashlib.sha256(data).hexdigest()
    return found


def watch(warehouse: Path) -> None:
    """Read a warehouse until stdin is closed; say on stdout what was seen, and how often."""
    seen: dict[str, set[str]] = {}
    looks, errors = 0, []
    print("reading", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            for name, mark in contents(warehouse).items():
                seen.setdefault(name, set()).add(mark)
        except Exception as error:  # noqa: BLE001 whatever a reader meets with is what is looked for
            errors.append(f"{type(error).__name__}: {error}")
        looks += 1
    print(json.dumps({"looks": looks, "errors": errors, "seen": {k: sorted(v) for k, v in seen.items()}}))


@dataclass
class Reader:
    """What a reading process saw, once it has ended."""

    looks: int = 0
    errors: list[str] = field(default_factory=list)
    seen: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def saw_only(self, versions: Iterable[Mapping[str, str]]) -> None:
        """Raise AssertionError if an error was met, or anything seen that is in none of these datasets."""
        known = {(name, mark) for version in versions for name, mark in version.items()}
        strange = {(name, mark) for name, marks in self.seen.items() for mark in marks} - known
        assert self.looks
        assert not self.errors, self.errors
        assert not strange, strange


@contextmanager
def reading(warehouse: Path) -> Iterator[Reader]:
    """Have a process read a warehouse while the block runs."""
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
            out, _ = process.communicate(timeout=60)
            vars(reader).update(json.loads(out))


@dataclass
class Machine:
    """Where builds run: a warehouse and Dagster's home of its own."""

    warehouse: Path
    home: Path

    @classmethod
    def new(cls, folder: Path) -> "Machine":
        machine = cls(folder / "warehouse", folder / "home")
        machine.home.mkdir(parents=True)
        shutil.copy(ROOT / "orchestration" / "deploy" / "dagster.local.yaml", machine.home / "dagster.yaml")
        return machine

    def start(self, served: Path, day: int) -> subprocess.Popen[str]:
        """Start ``make dataset`` in a session of its own, whose processes can be found and killed."""
        command = [
            *("make", "-s", "dataset", f"PYTHON={sys.executable}", f"SITE={served}"),
            *(f"WAREHOUSE={self.warehouse}", f"DAGSTER_HOME={self.home}"),
        ]
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(FIRST_DAY + day * DAY)}
        environment.pop("REPORTS_SITE_URL", None)
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(self, served: Path, day: int, at_once: int = 1) -> None:
        """Build to the end, in so many processes at once."""
        for process in [self.start(served, day) for _ in range(at_once)]:
            said, _ = process.communicate(timeout=300)
            assert process.returncode == 0, said

    def unfinished(self) -> list[dg.DagsterRun]:
        """Return the runs that Dagster still believes to be running."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return [run for run in instance.get_runs() if not run.is_finished]


def members(session: int) -> dict[int, str]:
    """Return the living processes of a session, and their command lines."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, own = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(own) == session and state not in "ZX":
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def kill(process: subprocess.Popen[str], *, everything: bool) -> bool:
    """Kill a build, with all it started or the building process alone; return whether it was still there.

    What is not killed must end by itself, once it finds itself alone.
    """
    living = members(process.pid)
    doomed = [pid for pid, command in living.items() if everything or "-m orchestration.cli" in command]
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    until = time.monotonic() + 30
    while left := members(process.pid):
        assert time.monotonic() < until, f"left behind: {left}"
        time.sleep(0.05)
    process.communicate(timeout=30)
    return bool(doomed)


@dataclass
class Days:
    """The site on two days, and the dataset that an undisturbed build makes of each."""

    folder: Path
    sites: list[Path]
    datasets: list[dict[str, str]]
    seconds: float  # that the build of the second day takes

    @classmethod
    def new(cls, folder: Path) -> "Days":
        """Build both days undisturbed, but for the first day's builds, which are two at once."""
        days = cls(folder, [site(folder / f"site-{day}", day) for day in (0, 1)], [], 0)
        machine = Machine.new(folder / "first")
        with reading(machine.warehouse) as reader:
            machine.build(days.sites[0], 0, at_once=2)
        days.datasets.append(contents(machine.warehouse))
        reader.saw_only(days.datasets)
        machine = days.after_the_first("second")
        began = time.monotonic()
        machine.build(days.sites[1], 1)
        days.seconds = time.monotonic() - began
        days.datasets.append(contents(machine.warehouse))
        return days

    def after_the_first(self, name: str) -> Machine:
        """Return a machine of its own on which the first day's dataset lies."""
        shutil.copytree(self.folder / "first", self.folder / name)
        return Machine(self.folder / name / "warehouse", self.folder / name / "home")


def endure(days: Days, name: str, kills: int, chance: random.Random) -> tuple[int, Reader]:
    """Kill the second day's build so many times, and then let it end; return how many kills struck it.

    Raises AssertionError where anything else is there in the end, or was seen before, than whole datasets.
    """
    machine = days.after_the_first(name)
    struck = 0
    with reading(machine.warehouse) as reader:
        for _ in range(kills):
            process = machine.start(days.sites[1], 1)
            time.sleep(chance.uniform(0.2, 1) * days.seconds)
            struck += kill(process, everything=chance.random() < 0.7)
        machine.build(days.sites[1], 1)
    reader.saw_only(days.datasets)
    assert contents(machine.warehouse) == days.datasets[1]
    left = [path for pattern in (".new-*", "*.part") for path in machine.warehouse.rglob(pattern)]
    assert not left, left
    assert not (left := machine.unfinished()), left
    shutil.rmtree(machine.warehouse.parent)
    return struck, reader


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
    chance = random.Random(arguments.seed)
    struck = looks = rounds = 0
    with tempfile.TemporaryDirectory() as folder:
        days = Days.new(Path(folder))
        print(f"An undisturbed build takes {days.seconds:.1f} s; seed {arguments.seed}.", flush=True)
        while struck < arguments.kills:
            rounds += 1
            more, reader = endure(
                days, f"round-{rounds}", min(KILLS_A_ROUND, arguments.kills - struck), chance
            )
            struck, looks = struck + more, looks + reader.looks
            print(f"Round {rounds}: {struck} builds killed; a reader looked {looks} times.", flush=True)
    print(f"{struck} builds killed in {rounds} rounds: every rerun ended in the same dataset.")


if __name__ == "__main__":
    main()
